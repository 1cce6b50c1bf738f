using System.CommandLine;
using Rollups.Cli.L1;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Cli.Deploy;

/// <summary>Where an application and its consensus contract will be, and the transaction that deploys them.</summary>
internal sealed record ApplicationPlan(Address Application, Address Consensus, Address Owner, Hash32 TemplateHash, Deployment Deployment)
{
    /// <summary>Calculates it; sends nothing.</summary>
    /// <exception cref="OperatorException">A contract is missing, or the template's hash is another one.</exception>
    public static async Task<ApplicationPlan> MakeAsync(
        ApplicationOptions options,
        ParseResult parsed,
        L1Account account,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(parsed);
        ArgumentNullException.ThrowIfNull(account);
        var template = await options.Machine.HashAsync(parsed, cancellationToken);
        var inputBox = await ContractAddresses.FindAsync(
            account.L1,
            "InputBox",
            parsed.GetValue(options.InputBox),
            "--input-box",
            cancellationToken
        );
        var wanted = new Wanted(
            parsed.GetValue(options.Owner) ?? account.Address,
            template,
            DataAvailability.InputBox(inputBox),
            parsed.GetValue(options.Salt) ?? Hash32.Zero
        );
        return parsed.GetValue(options.Consensus) is { } consensus
            ? await OnAsync(consensus, wanted, account.L1, parsed.GetValue(options.Factory), cancellationToken)
            : await WithAuthorityAsync(
                parsed.GetValue(options.AuthorityOwner) ?? wanted.Owner,
                parsed.GetValue(options.EpochLength),
                wanted,
                account.L1,
                parsed.GetValue(options.SelfHostedFactory),
                parsed.GetValue(options.Factory),
                cancellationToken
            );
    }

    private static async Task<ApplicationPlan> OnAsync(
        Address consensus,
        Wanted wanted,
        L1Connection l1,
        Address? givenFactory,
        CancellationToken cancellationToken
    )
    {
        if (!await l1.HasCodeAsync(consensus, cancellationToken))
            throw new OperatorException(
                $"Chain {l1.ChainId} has no contract at {consensus}: deploy the consensus first, with 'rollups deploy authority' or "
                    + "'rollups deploy quorum'."
            );
        return await AtFactoryAsync(consensus, wanted, l1, givenFactory, cancellationToken);
    }

    private static async Task<ApplicationPlan> AtFactoryAsync(
        Address consensus,
        Wanted wanted,
        L1Connection l1,
        Address? givenFactory,
        CancellationToken cancellationToken
    )
    {
        var factory = await ContractAddresses.FindAsync(l1, "ApplicationFactory", givenFactory, "--factory", cancellationToken);
        var (owner, template, inputs, salt) = wanted;
        var address = await Deployment.AddressAsync(
            l1,
            ApplicationFactoryContract.CalculateApplicationAddress(factory, consensus, owner, template, inputs, salt),
            Deployment.ReadAddress,
            cancellationToken
        );
        var call = new CallRequest(factory, ApplicationFactoryContract.NewApplication(consensus, owner, template, inputs, salt));
        return new(address, consensus, owner, template, new Deployment("The application", address, call));
    }

    private static async Task<ApplicationPlan> WithAuthorityAsync(
        Address authorityOwner,
        ulong epochLength,
        Wanted wanted,
        L1Connection l1,
        Address? givenSelfHosted,
        Address? givenFactory,
        CancellationToken cancellationToken
    )
    {
        var factory = await ContractAddresses.FindAsync(
            l1,
            "SelfHostedApplicationFactory",
            givenSelfHosted,
            "--self-hosted-factory",
            cancellationToken
        );
        var (owner, template, inputs, salt) = wanted;
        var (application, authority) = await Deployment.AddressAsync(
            l1,
            SelfHostedApplicationFactoryContract.CalculateAddresses(factory, authorityOwner, epochLength, owner, template, inputs, salt),
            SelfHostedApplicationFactoryContract.DecodeAddresses,
            cancellationToken
        );
        // The factory would make the Authority a second time and fail, so an application on one that is there is deployed alone.
        if (await l1.HasCodeAsync(authority, cancellationToken) && !await l1.HasCodeAsync(application, cancellationToken))
            return await AtFactoryAsync(authority, wanted, l1, givenFactory, cancellationToken);
        var call = new CallRequest(
            factory,
            SelfHostedApplicationFactoryContract.DeployContracts(authorityOwner, epochLength, owner, template, inputs, salt)
        );
        return new(application, authority, owner, template, new Deployment("The application with its Authority", application, call));
    }

    private sealed record Wanted(Address Owner, Hash32 TemplateHash, byte[] DataAvailability, Hash32 Salt);
}
