using Rollups.Devnet;
using Rollups.Ethereum;
using Rollups.Node;
using Rollups.Settings;

namespace Rollups.Cli.Deploy;

/// <summary>Deploys an echo application on an Anvil and registers it with a node. Idempotent.</summary>
internal static class EchoDeployment
{
    private const string TemplateUri = "echo:";

    /// <exception cref="OperatorException">A setting is missing, unknown or wrong, or the node refuses the application.</exception>
    /// <exception cref="UnreachableException">No node answers.</exception>
    public static async Task<EchoDeployed> RunAsync(
        IConfigurationRoot configuration,
        string name,
        ulong epochLength,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        UnknownSettings.Refuse(configuration);
        // The only L1 setting needed: a deployment needs no chain id.
        var setting = configuration[$"{EthereumOptions.Section}:{nameof(EthereumOptions.HttpEndpoint)}"];
        if (!Uri.TryCreate(setting, UriKind.Absolute, out var endpoint))
            throw new OperatorException(
                "Ethereum:HttpEndpoint is not set: give the JSON-RPC endpoint of an Anvil, such as "
                    + "ROLLUPS_Ethereum__HttpEndpoint=http://127.0.0.1:8545."
            );
        Registration.EnsureBroker(configuration);
        await using var chain = new DevnetChain(endpoint);
        var contracts = await RollupsContracts.DeployAsync(chain, cancellationToken);
        var template = await Template.HashAsync(TemplateUri, cancellationToken);
        var (application, authority) = await contracts.DeployAuthorityApplicationAsync(
            epochLength,
            template,
            salt: default,
            cancellationToken
        );
        await contracts.DeployPortalsAsync(cancellationToken);
        await output.WriteLineAsync($"application {application} on authority {authority}, {epochLength} blocks per epoch");
        var registered = await Registration.RegisterAsync(configuration, name, application, TemplateUri, cancellationToken);
        await output.WriteLineAsync($"{(registered.AlreadyRegistered ? "already registered" : "registered")} as {registered.Name}");
        return new EchoDeployed(registered.Name, application, authority, epochLength, registered.AlreadyRegistered);
    }
}
