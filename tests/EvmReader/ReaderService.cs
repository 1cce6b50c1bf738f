using Microsoft.Extensions.DependencyInjection;
using Rollups.Chain;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Head;
using Rollups.Messaging;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests;

/// <summary>The EvmReader as the node has it, on a <see cref="FakeChain"/>. Nothing of it runs by itself: tests make the passes.</summary>
internal static class ReaderService
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    extension(ServiceHost host)
    {
        public FakeChain Chain => (FakeChain)host.Setup.Chain!;
    }

    /// <summary>The service on a client of its own.</summary>
    public static ServiceSetup Setup() =>
        new((services, configuration) => services.AddEthereum(configuration).AddEvmReader(configuration))
        {
            Settings = [("Ethereum:DefaultBlock", "finalized"), ("Services:EvmReader:IdleCursorBlocks", "1")],
        };

    public static Task<ServiceHost> CreateAsync(params (string Key, string Value)[] settings) =>
        ServiceHost.CreateAsync(OnNewChain().With(settings));

    /// <summary>On PostgreSQL.</summary>
    public static async Task<ServiceHost> CreateAsync(PostgresServer server, params (string Key, string Value)[] settings) =>
        await ServiceHost.CreateAsync(OnNewChain().With(settings), await FreshDatabase.ToMigrateAsync(server));

    /// <summary>With a test harness, or another clock.</summary>
    public static Task<ServiceHost> CreateAsync(Func<ServiceSetup, ServiceSetup> more) => ServiceHost.CreateAsync(more(OnNewChain()));

    /// <summary>Another process on the same database and chain; this one is gone, and its lease with it.</summary>
    public static async Task<ServiceHost> RestartAsync(this ServiceHost host, params (string Key, string Value)[] settings)
    {
        await host.Services.GetRequiredService<ActiveReader>().DisposeAsync();
        return await host.AnotherAsync(settings);
    }

    /// <summary>Another process on the same database and chain, beside this one.</summary>
    public static Task<ServiceHost> AnotherAsync(this ServiceHost host, params (string Key, string Value)[] settings) =>
        host.AnotherAsync((Setup() with { Chain = host.Chain }).With(settings));

    public static Task<WorkResult> PassAsync(this ServiceHost host) =>
        host.Services.GetRequiredService<ReadChain>().RunAsync(WorkKey.Chain, Cancel);

    public static Task<WorkResult> PassAsync(this ServiceHost host, ulong head)
    {
        host.Chain.Head = head;
        return host.PassAsync();
    }

    public static Task CheckChainAsync(this ServiceHost host) => host.Services.GetRequiredService<LoadChainPolicy>().RunAsync(Cancel);

    public static Task<Application> AddAsync(
        this ServiceHost host,
        string name,
        int number,
        int inputBox = 9,
        ulong epochLength = 10,
        ulong inputBoxBlock = 5,
        ulong deploymentBlock = 6,
        ApplicationState state = ApplicationState.Enabled,
        ulong cursor = 0,
        ConsensusType consensus = ConsensusType.Authority
    ) =>
        host.AddApplicationAsync(
            name,
            FakeChain.AddressOf(number),
            FakeChain.AddressOf(consensus == ConsensusType.Prt ? 800 + number : 8),
            consensus,
            deploymentBlock,
            app =>
            {
                app.InputBoxAddress = FakeChain.AddressOf(inputBox);
                (app.EpochLength, app.InputBoxBlock, app.LastInputCheckBlock, app.State) = (epochLength, inputBoxBlock, cursor, state);
            }
        );

    private static ServiceSetup OnNewChain() => Setup() with { Chain = new FakeChain() };
}
