using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Outages;

/// <summary>One process of every service, each restarted under load.</summary>
[NeedsServers]
[Collection(SharedTrial.Sharing.Name)]
public sealed class RestartTests(SharedTrial shared)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_single_process_of_each_service_restarted_in_turn_loses_nothing_and_does_nothing_twice()
    {
        var trial = await shared.BeginAsync();
        await using (var load = trial.Load())
        {
            await RollingRestart.RunAsync(trial.Cluster.Processes, Cancel);
            await load.StopAsync(trial.Cluster, Cancel);
        }

        await trial.ShouldSettleAsync();
    }
}
