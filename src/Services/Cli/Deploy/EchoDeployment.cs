using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Hosting;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Node;
using Rollups.Settings;

namespace Rollups.Cli.Deploy;

/// <summary>Deploys an echo application on an Anvil and registers it with a node. Idempotent.</summary>
internal static class EchoDeployment
{
    private const string TemplateUri = "echo:";

    // The evm-reader may still be starting; its queue keeps the command.
    private static readonly TimeSpan RegistrationTimeout = TimeSpan.FromMinutes(2);

    /// <exception cref="OperatorException">A setting is missing, unknown or wrong, or the node refuses the application.</exception>
    /// <exception cref="UnreachableException">No node answers.</exception>
    public static async Task RunAsync(
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
        var messaging = configuration.GetSection(MessagingOptions.Section).ReadValidated<MessagingOptions>();
        if (messaging.Transport != "rabbitmq")
            throw new OperatorException(
                "Messaging:Transport is not rabbitmq, and this command reaches a node in another process only through its "
                    + "broker: set ROLLUPS_Messaging__Transport=rabbitmq and the broker's address."
            );

        await using var services = Services(configuration, messaging.RabbitMq);
        await using var chain = new DevnetChain(endpoint);
        var contracts = await RollupsContracts.DeployAsync(chain, cancellationToken);
        var template = await TemplateHashAsync(services, cancellationToken);
        var (application, authority) = await contracts.DeployAuthorityApplicationAsync(
            epochLength,
            template,
            salt: default,
            cancellationToken
        );
        await output.WriteLineAsync($"application {application} on authority {authority}, {epochLength} blocks per epoch");
        await RegisterAsync(
            services,
            new RegisterApplication
            {
                Name = name,
                Application = application.ToString(),
                TemplateUri = TemplateUri,
            },
            output,
            cancellationToken
        );
    }

    private static async Task RegisterAsync(
        IServiceProvider services,
        RegisterApplication command,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        var bus = services.GetRequiredService<IBusControl>();
        await bus.StartAsync(cancellationToken);
        try
        {
            await using var scope = services.CreateAsyncScope();
            var client = scope.ServiceProvider.GetRequiredService<IRequestClient<RegisterApplication>>();
            var answer = await client.GetResponse<ApplicationRegistration, RegistrationRefused>(command, cancellationToken);
            if (answer.Is(out Response<RegistrationRefused>? refused))
                throw new OperatorException($"The node refused the application: {refused.Message.Reason}");
            if (answer.Is(out Response<ApplicationRegistration>? registered))
                await output.WriteLineAsync(
                    $"{(registered.Message.AlreadyRegistered ? "already registered" : "registered")} as {registered.Message.Name}"
                );
        }
        catch (RequestTimeoutException)
        {
            throw new UnreachableException(
                $"No evm-reader answered within {RegistrationTimeout.TotalSeconds:0} s: start one on this broker, then run this again."
            );
        }
        finally
        {
            await bus.StopAsync(CancellationToken.None);
        }
    }

    private static async Task<Hash32> TemplateHashAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        await services
            .GetServices<IMachineFactory>()
            .First(factory => factory.CanCreate(TemplateUri))
            .GetTemplateHashAsync(TemplateUri, cancellationToken);

    private static ServiceProvider Services(IConfiguration configuration, RabbitMqOptions broker) =>
        new ServiceCollection()
            .AddLogging()
            .AddMachines()
            .AddPrivateBus(bus =>
            {
                bus.AddRequestClient<RegisterApplication>(
                    QueueNames.By(broker).AddressOf(CommandQueues.RegisterApplication),
                    RequestTimeout.After(ms: (int)RegistrationTimeout.TotalMilliseconds)
                );
                bus.UsingRabbitMq((_, rabbit) => rabbit.UseNodeBroker(broker));
            })
            .BuildServiceProvider();
}
