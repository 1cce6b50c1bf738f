using Rollups.Testing;

namespace Rollups.Reliability.Tests.Cluster;

/// <summary>
/// One process of each service and two applications of an Authority, started once for all tests that restart these processes or disturb
/// the servers below them.
/// </summary>
public sealed class SharedTrial(RealServers servers) : IAsyncLifetime
{
    // Without the broker the fallback sync is all there is: the default of half a minute would only make the tests longer.
    private static readonly Dictionary<string, string> QuickSync = new[]
    {
        "EvmReader",
        "Advancer",
        "Validator",
        "Claimer",
        "Prt",
        "Lifecycle",
    }.ToDictionary(name => $"Services:{name}:SyncInterval", _ => "00:00:03");

    private Trial? _trial;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <inheritdoc />
    public async ValueTask InitializeAsync() =>
        _trial = await Trial.StartAsync(servers, replicas: 1, applications: 2, settings: QuickSync);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_trial is not null)
            await _trial.DisposeAsync();
    }

    /// <summary>
    /// The trial at the start of a test, with every process ready. A test that failed may have left a server away or a process ended.
    /// </summary>
    internal async Task<Trial> BeginAsync()
    {
        var trial = _trial ?? throw new InvalidOperationException("The shared trial has not started.");
        await servers.RestoreAsync(Cancel);
        await trial.Cluster.Anvil.ContinueAsync(Cancel);
        await trial.Cluster.Anvil.ResumeAsync(Cancel);
        foreach (var process in trial.Cluster.Processes)
        {
            if (process.HasExited)
                process.Start();
            await process.ReadyAsync(Cancel);
        }

        return trial;
    }

    /// <summary>The classes that share it, one test after the other.</summary>
    [CollectionDefinition(Name)]
    public sealed class Sharing : ICollectionFixture<SharedTrial>
    {
        /// <summary>The collection's name.</summary>
        public const string Name = "one process of each service";
    }
}
