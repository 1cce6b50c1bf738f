using Rollups.Devnet;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Outages;

/// <summary>Two processes of every service, under load: who owns something loses it, and the other one goes on.</summary>
[NeedsServers]
public sealed class ReplicaTests(RealServers servers)
{
    // What the documentation states: the sync interval of 30 s, and 20 s more for a process that hangs; on a machine that has other work
    // besides.
    private static readonly TimeSpan KilledLimit = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan HangingLimit = TimeSpan.FromSeconds(100);

    private static readonly string Reader = $"evm-reader:{AnvilProcess.ChainId}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_killed_or_hanging_process_owned_is_taken_over_one_of_each_ends_on_SIGTERM_and_nothing_is_lost_or_done_twice()
    {
        await using var trial = await Trial.StartAsync(servers, replicas: 2, applications: 3);
        var cluster = trial.Cluster;
        var owners = new LeaseOwners(cluster);
        await using (var load = trial.Load())
        {
            await KillOwnerAsync(owners, Reader);
            foreach (var (application, _) in cluster.Applications.Take(2))
                await KillOwnerAsync(owners, $"advancer:{application}");
            await Task.WhenAll(HangOwnerAsync(owners, Reader), HangOwnerAsync(owners, $"advancer:{cluster.Applications[2].Application}"));
            // Of each service the one that began first, with what it has come to own; what is left of it goes on with the other.
            await RollingRestart.RunAsync(cluster.Processes.DistinctBy(process => process.Service), Cancel);
            await load.StopAsync(cluster, Cancel);
        }

        await trial.ShouldSettleAsync();
    }

    private static async Task KillOwnerAsync(LeaseOwners owners, string lease)
    {
        var owner = await owners.UntilOwnedAsync(lease, Cancel);
        var pid = owner.Id;
        await owner.KillAsync();
        var killed = TimeProvider.System.GetTimestamp();
        await owners.UntilOwnedAsync(lease, next => next != owner, Cancel).WaitAsync(KilledLimit, Cancel);
        Trial.Say($"{lease}: {pid} was killed, handed over after", TimeProvider.System.GetElapsedTime(killed));
        owner.Start();
        await owner.ReadyAsync(Cancel);
    }

    private static async Task HangOwnerAsync(LeaseOwners owners, string lease)
    {
        var owner = await owners.UntilOwnedAsync(lease, Cancel);
        await owner.PauseAsync(Cancel);
        var paused = TimeProvider.System.GetTimestamp();
        await owners.UntilOwnedAsync(lease, next => next != owner, Cancel).WaitAsync(HangingLimit, Cancel);
        Trial.Say($"{lease}: {owner.Id} hung, handed over after", TimeProvider.System.GetElapsedTime(paused));
        await owner.ContinueAsync(Cancel);
        await owner.ReadyAsync(Cancel);
    }
}
