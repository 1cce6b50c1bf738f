using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Devnet;
using Rollups.Persistence;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Integration.Tests.Operations;

/// <summary>Services in processes of their own between a real RabbitMQ, PostgreSQL and Anvil, and the command line beside them.</summary>
internal sealed class DeployedNode : IAsyncDisposable
{
    private readonly Dictionary<string, string> _settings;
    private readonly ServiceProvider _database;

    private DeployedNode(AnvilChain anvil, RabbitMqVirtualHost broker, string database)
    {
        Broker = broker;
        _settings = broker.Settings.Concat(broker.ManagementSettings).ToDictionary(setting => setting.Key, setting => setting.Value!);
        _settings["Database:Provider"] = "postgresql";
        _settings["Database:ConnectionString"] = database;
        _settings["Ethereum:HttpEndpoint"] = anvil.Anvil.HttpEndpoint.ToString();
        _settings["Ethereum:WebSocketEndpoint"] = anvil.Anvil.WebSocketEndpoint.ToString();
        _settings["Ethereum:ChainId"] = AnvilProcess.ChainId.ToString(CultureInfo.InvariantCulture);
        _settings["Ethereum:DefaultBlock"] = "latest";
        _settings["Health:Address"] = "127.0.0.1:0";
        _settings["Inspect:Address"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{AnvilProcess.FreePort()}");
        _settings["Api:WebAddress"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{AnvilProcess.FreePort()}");
        _settings["Api:Address"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{AnvilProcess.FreePort()}");
        _database = new ServiceCollection()
            .AddLogging()
            .AddRollupsPersistence(new ConfigurationBuilder().AddInMemoryCollection(Settings).Build())
            .BuildServiceProvider();
    }

    public RabbitMqVirtualHost Broker { get; }

    /// <summary>Where the API listens.</summary>
    public string ApiAddress => _settings["Api:Address"];

    /// <summary>Where the live page is.</summary>
    public string WebAddress => _settings["Api:WebAddress"];

    public List<ServiceProcess> Processes { get; } = [];

    /// <summary>The settings of its services, without a key.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
        _settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value));

    /// <summary>
    /// Starts a process for each of the lists of services, once its database is prepared, and waits until all are ready.
    /// </summary>
    public static async Task<DeployedNode> StartAsync(
        AnvilChain anvil,
        PostgresServer postgres,
        RabbitMqServer rabbit,
        IReadOnlyList<string> processes,
        CancellationToken cancellationToken,
        Func<DeployedNode, Task>? prepare = null,
        params (string Key, string Value)[] more
    )
    {
        var broker = await rabbit.CreateVirtualHostAsync(cancellationToken);
        var node = new DeployedNode(anvil, broker, await postgres.CreateDatabaseAsync(cancellationToken));
        foreach (var (key, value) in more)
            node._settings[key] = value;
        try
        {
            if (prepare is not null)
                await prepare(node);
            foreach (var services in processes)
            {
                node.Processes.Add(new ServiceProcess(services, node.Environment(DevnetAccounts.ClaimOwnerKey)));
                node.Processes[^1].Start();
            }

            foreach (var process in node.Processes)
                await process.ReadyAsync(cancellationToken);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command line with the node's settings and an account of its own; its exit code and what it printed.</summary>
    public async Task<(int Code, string Output)> RunAsync(string command, CancellationToken cancellationToken)
    {
        var program = PublishedProgram.Find("rollups.dll");
        await using var process = ProgramProcess.Start(
            "sh",
            ["-c", command.Replace("rollups ", $"exec dotnet '{program}' ", StringComparison.Ordinal)],
            Environment(DevnetAccounts.StrangerKey)
        );
        var code = await process.WaitForExitAsync(cancellationToken);
        return (code, string.Join('\n', process.Lines));
    }

    /// <summary>Changes or reads the database.</summary>
    public async Task<T> OnDatabaseAsync<T>(Func<RollupsDbContext, Task<T>> read)
    {
        await using var scope = _database.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<RollupsDbContext>());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes)
            await process.DisposeAsync();
        await _database.DisposeAsync();
    }

    private Dictionary<string, string> Environment(string key) =>
        _settings
            .Append(new("Signer:Kind", "private-key"))
            .Append(new("Signer:PrivateKey", key))
            .ToDictionary(setting => "ROLLUPS_" + setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
}
