using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Cli.Tests.App;

/// <summary>An EvmReader on a real broker, and the command line beside it with the same settings.</summary>
internal sealed class OperatedNode : IAsyncDisposable
{
    private readonly FreshDatabase _database;
    private readonly RabbitMqVirtualHost _broker;

    private OperatedNode(ServiceHost host, FreshDatabase database, RabbitMqVirtualHost broker) =>
        (Host, _database, _broker) = (host, database, broker);

    public ServiceHost Host { get; }

    /// <summary>Further settings of the command line.</summary>
    public Dictionary<string, string?> More { get; } = [];

    /// <summary>Address of an application on L1 that can be registered.</summary>
    public static Address Application { get; } = FakeChain.AddressOf(1);

    public static async Task<OperatedNode> StartAsync(RabbitMqServer rabbit)
    {
        var broker = await rabbit.CreateVirtualHostAsync(TestContext.Current.CancellationToken);
        var database = await FreshDatabase.CreateAsync(DatabaseKind.Postgresql);
        var chain = new FakeChain();
        chain
            .Deploy(Application)
            .Says("getTemplateHash()", FakeChain.Words(AbiValue.Of(FakeChain.HashOf("template"))))
            .Says("getOutputsMerkleRootValidator()", FakeChain.Words(AbiValue.Of(FakeChain.AddressOf(8))))
            .Says("getDataAvailability()", FakeChain.Words(AbiValue.Of(DataAvailability.InputBox(FakeChain.AddressOf(9)))))
            .Says("getDeploymentBlockNumber()", FakeChain.Words(AbiValue.Of(6ul)));
        chain
            .Deploy(FakeChain.AddressOf(8))
            .Says("getEpochLength()", FakeChain.Words(AbiValue.Of(10ul)))
            .Says("owner()", FakeChain.Words(AbiValue.Of(FakeChain.AddressOf(4))))
            .Supports(ConsensusContract.ConsensusInterface);
        chain.Deploy(FakeChain.AddressOf(9)).Says("getDeploymentBlockNumber()", FakeChain.Words(AbiValue.Of(5ul)));
        var setup = new ServiceSetup((services, configuration) => services.AddEthereum(configuration).AddEvmReader(configuration))
        {
            Chain = chain,
            Settings = [.. broker.Settings.Select(setting => (setting.Key, setting.Value!)), ("Ethereum:DefaultBlock", "finalized")],
        };
        var host = await ServiceHost.CreateAsync(setup, database);
        await host.StartAsync();
        return new OperatedNode(host, database, broker);
    }

    /// <summary>Runs <c>rollups app ...</c> with the node's settings for broker and database.</summary>
    public Task<CliAnswer> AppAsync(params string[] arguments) =>
        CliProcess.RunAsync([.. EnvironmentOf(_broker.Settings.Concat(_database.Settings).Concat(More))], ["app", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _database.Dispose();
    }

    public static IEnumerable<(string Name, string Value)> EnvironmentOf(IEnumerable<KeyValuePair<string, string?>> settings) =>
        settings.Select(setting => ("ROLLUPS_" + setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value!));
}
