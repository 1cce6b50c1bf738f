using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Cluster;

/// <summary>The services as an operator deploys them, each a process of its own, between a real RabbitMQ, PostgreSQL and Anvil.</summary>
internal sealed class NodeCluster : IAsyncDisposable
{
    public const ulong EpochLength = 8;

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> Services = ["evm-reader", "advancer", "validator", "claimer", "prt", "lifecycle"];

    /// <summary>
    /// Blocks for which a tournament takes commitments, where a test says nothing else: a killed node has that many to come back and join.
    /// </summary>
    public const ulong TournamentBlocks = 200;

    private const ulong MatchBlocks = 5;

    private readonly AnvilChain _anvil;
    private readonly ServiceProvider _database;
    private readonly Dictionary<string, string> _settings;

    private NodeCluster(RabbitMqVirtualHost broker, string database, AnvilChain anvil)
    {
        _anvil = anvil;
        Broker = broker;
        _settings = broker.Settings.Concat(broker.ManagementSettings).ToDictionary(setting => setting.Key, setting => setting.Value!);
        _settings["Database:Provider"] = "postgresql";
        _settings["Database:ConnectionString"] = database;
        _database = new ServiceCollection()
            .AddLogging()
            .AddRollupsPersistence(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(_settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
                    .Build()
            )
            .BuildServiceProvider();
    }

    public RabbitMqVirtualHost Broker { get; }

    public AnvilChain Anvil => _anvil;

    /// <summary>What stands between every service and Anvil, where the cluster was started with it.</summary>
    public JsonRpcProxy? Proxy { get; private set; }

    public List<ServiceProcess> Processes { get; } = [];

    /// <summary>The only process of a service.</summary>
    public ServiceProcess Process(string service) => Processes.Single(process => process.Service == service);

    /// <summary>Applications on an Authority each, in the order of their registration.</summary>
    public List<(Address Application, Address Authority)> Applications { get; } = [];

    /// <summary>Applications under Dave, with their consensus.</summary>
    public List<(Address Application, Address Consensus)> DaveApplications { get; } = [];

    /// <summary>All that inputs are sent to.</summary>
    public IReadOnlyList<Address> AllApplications => [.. Applications.Concat(DaveApplications).Select(deployed => deployed.Item1)];

    /// <summary>Starts servers and processes, and waits until all are ready.</summary>
    /// <param name="servers">Where database and virtual host are made.</param>
    /// <param name="replicas">Processes of every service.</param>
    /// <param name="settings">More settings, for every process.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <param name="behindProxy">
    /// Whether the services reach the chain by <see cref="Proxy"/>; load and checker always reach it directly.
    /// </param>
    /// <param name="wholeNode">Path of a program that runs all services in one process; null for a process of each service.</param>
    public static async Task<NodeCluster> StartAsync(
        RealServers servers,
        int replicas,
        IReadOnlyDictionary<string, string> settings,
        CancellationToken cancellationToken,
        bool behindProxy = false,
        string? wholeNode = null
    )
    {
        await servers.RestoreAsync(cancellationToken);
        var database = await PostgresServer.CreateDatabaseAsync(await servers.PostgresAsync(), cancellationToken);
        var cluster = new NodeCluster(
            await RabbitMqServer.CreateVirtualHostAsync(await servers.RabbitMqAsync(), cancellationToken),
            database,
            await servers.NewChainAsync()
        );
        try
        {
            if (behindProxy)
                cluster.Proxy = await JsonRpcProxy.StartAsync(cluster._anvil.HttpEndpoint, cancellationToken);
            cluster.AddSettings(settings);
            foreach (var service in wholeNode is null ? Services : [string.Join(',', Services)])
            {
                for (var replica = 0; replica < replicas; replica++)
                    cluster.Processes.Add(new ServiceProcess(service, cluster.EnvironmentOf(), wholeNode));
            }

            foreach (var process in cluster.Processes)
                process.Start();
            foreach (var process in cluster.Processes)
                await process.ReadyAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Deploys applications on an Authority each and registers them with the node.</summary>
    public async Task DeployAsync(int applications, CancellationToken cancellationToken)
    {
        var template = await TemplateAsync(cancellationToken);
        await using var registrar = await Registrar.StartAsync(Broker, cancellationToken);
        for (var i = 0; i < applications; i++)
        {
            var deployed = await _anvil.Contracts.DeployAuthorityApplicationAsync(EpochLength, template, Salt(), cancellationToken);
            await registrar.RegisterAsync($"echo-{Applications.Count}", deployed.Application, cancellationToken);
            Applications.Add(deployed);
        }
    }

    /// <summary>Deploys an application under Dave, on contracts that stand in for Dave's, and registers it.</summary>
    /// <param name="tournamentBlocks">Blocks for which its tournaments take commitments.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public async Task DeployDaveAsync(ulong tournamentBlocks, CancellationToken cancellationToken)
    {
        var dave = await StandInContracts.DeployAsync(_anvil.Chain, tournamentBlocks, MatchBlocks, cancellationToken);
        var deployed = await dave.DeployApplicationAsync(await TemplateAsync(cancellationToken), Salt(), cancellationToken);
        await using var registrar = await Registrar.StartAsync(Broker, cancellationToken);
        await registrar.RegisterAsync($"dave-{DaveApplications.Count}", deployed.Application, cancellationToken);
        DaveApplications.Add(deployed);
    }

    public async Task<T> ReadAsync<T>(Func<RollupsDbContext, Task<T>> read)
    {
        await using var scope = _database.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<RollupsDbContext>());
    }

    /// <summary>Whether the database was away, which is to be tried again.</summary>
    public bool IsTransient(Exception exception) => _database.GetRequiredService<IDatabaseProvider>().IsTransient(exception);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes)
            await process.DisposeAsync();
        await _database.DisposeAsync();
        if (Proxy is not null)
            await Proxy.DisposeAsync();
        await _anvil.DisposeAsync();
    }

    private static async Task<Hash32> TemplateAsync(CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection().AddMachines().BuildServiceProvider();
        return await services.GetServices<IMachineFactory>().For("echo:").GetTemplateHashAsync("echo:", cancellationToken);
    }

    /// <summary>Another one for each application.</summary>
    private Hash32 Salt()
    {
        var salt = new byte[32];
        salt[31] = (byte)AllApplications.Count;
        return new Hash32(salt);
    }

    private void AddSettings(IReadOnlyDictionary<string, string> more)
    {
        _settings["Ethereum:HttpEndpoint"] = (Proxy?.HttpEndpoint ?? _anvil.HttpEndpoint).ToString();
        _settings["Ethereum:WebSocketEndpoint"] = (Proxy?.WebSocketEndpoint ?? _anvil.WebSocketEndpoint).ToString();
        _settings["Ethereum:ChainId"] = AnvilProcess.ChainId.ToString(CultureInfo.InvariantCulture);
        _settings["Ethereum:DefaultBlock"] = "latest";
        _settings["Signer:Kind"] = "private-key";
        _settings["Signer:PrivateKey"] = DevnetAccounts.ClaimOwnerKey;
        _settings["Health:Address"] = "127.0.0.1:0";
        _settings["Inspect:Address"] = "127.0.0.1:0";
        // A cluster can fill the machine so that ten seconds do not suffice for an orderly end.
        _settings["Shutdown:Timeout"] = "00:02:00";
        foreach (var (name, value) in more)
            _settings[name] = value;
    }

    private Dictionary<string, string> EnvironmentOf() =>
        _settings.ToDictionary(setting => "ROLLUPS_" + setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
}
