using System.Globalization;
using MassTransit;
using Rollups.Contracts;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Hosting;
using Rollups.Machines.Host;
using Rollups.Messaging;
using Rollups.Node;
using Rollups.Settings;

namespace Rollups.Cli.Devnet;

/// <summary>A whole node in this process: in-memory bus, SQLite, its own key. Several nodes share only the chain.</summary>
internal static class DevnetNode
{
    /// <param name="anvil">The chain.</param>
    /// <param name="database">Path of its database file.</param>
    /// <param name="privateKey">Key of the account that claims.</param>
    /// <param name="healthPort">Port of its health listener on 127.0.0.1; 0 for a free one.</param>
    /// <param name="inspectPort">Port of its inspect listener on 127.0.0.1; 0 for a free one.</param>
    /// <param name="apiPort">Port of its query API on 127.0.0.1; 0 for a free one.</param>
    /// <param name="webPort">Port of its live page on 127.0.0.1; 0 for a free one.</param>
    /// <param name="board">Shows its epochs; null for a node that is not shown.</param>
    /// <param name="backend">Command that it runs for an application in host mode; null if there is none.</param>
    public static IHost Build(
        AnvilProcess anvil,
        string database,
        string privateKey,
        int healthPort,
        int inspectPort,
        int apiPort,
        int webPort,
        EpochBoard? board,
        string? backend = null
    )
    {
        var builder = RollupsHost.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection([
            new("Database:Provider", "sqlite"),
            new("Database:ConnectionString", $"Data Source={database}"),
            new("Messaging:Transport", "in-memory"),
            new("Ethereum:HttpEndpoint", anvil.HttpEndpoint.ToString()),
            new("Ethereum:WebSocketEndpoint", anvil.WebSocketEndpoint.ToString()),
            new("Ethereum:ChainId", AnvilProcess.ChainId.ToString(CultureInfo.InvariantCulture)),
            new("Ethereum:DefaultBlock", "latest"),
            new("Signer:Kind", "private-key"),
            new("Signer:PrivateKey", privateKey),
            new("Health:Address", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{healthPort}")),
            new("Inspect:Address", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{inspectPort}")),
            new("Api:Address", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{apiPort}")),
            new("Api:WebAddress", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{webPort}")),
            new("Logging:LogLevel:Default", "Warning"),
        ]);
        if (backend is not null)
            builder.Configuration.AddInMemoryCollection([new("Machines:Host:Command", backend)]);
        if (board is not null)
        {
            builder.Services.AddSingleton(board);
            builder.Services.AddSingleton<IBackendOutput, BoardBackendOutput>();
            builder.Services.AddBusRegistration(bus => bus.AddConsumer<EpochBoardConsumer, EpochBoardConsumerDefinition>());
        }

        builder.AddRollupsNode(NodeServices.All);
        return builder.Build();
    }

    /// <exception cref="OperatorException">The node refuses the application.</exception>
    public static async Task RegisterAsync(
        this IHost node,
        string name,
        Address application,
        string templateUri,
        CancellationToken cancellationToken
    )
    {
        await using var scope = node.Services.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<RegisterApplication>>();
        var command = new RegisterApplication
        {
            Name = name,
            Application = application.ToString(),
            TemplateUri = templateUri,
        };
        var answer = await client.GetResponse<ApplicationRegistration, RegistrationRefused>(
            command,
            cancellationToken,
            RequestTimeout.After(s: 60)
        );
        if (answer.Is(out Response<RegistrationRefused>? refused))
            throw new OperatorException(refused.Message.Reason);
    }

    /// <summary>Stops it within the ten seconds promised to operators.</summary>
    public static async Task StopInTimeAsync(this IHost node)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(9));
        await node.StopAsync(limit.Token);
    }
}
