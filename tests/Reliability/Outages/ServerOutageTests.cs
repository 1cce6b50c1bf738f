using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Reliability.Tests.Check;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Outages;

/// <summary>
/// The servers that the node stands on go away and come back under load, the services being processes. <c>ROLLUPS_OUTAGE_SECONDS</c> sets
/// the length of the outages, and <c>ROLLUPS_OUTAGE_CUTS</c> how often each server's connections are cut; eng/outages.sh sets both.
/// </summary>
[NeedsServers]
[Collection(SharedTrial.Sharing.Name)]
public sealed class ServerOutageTests(RealServers servers, SharedTrial shared)
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(SoakSettings.OutageSeconds);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_broker_is_away_epochs_move_on_by_the_sync_and_the_outbox_holds_what_it_then_drains()
    {
        var trial = await shared.BeginAsync();
        var cluster = trial.Cluster;
        var rabbit = await servers.RabbitMqAsync();
        await using (var load = trial.Load())
        {
            await UntilAsync(cluster, db => db.Epochs.AnyAsync(epoch => epoch.Status == EpochStatus.ClaimAccepted, Cancel));
            var before = await MemoryAsync(cluster);
            await rabbit.HaltAsync(Cancel);
            var gone = TimeProvider.System.GetTimestamp();
            var newest = await cluster.ReadAsync(db => db.Epochs.MaxAsync(epoch => epoch.Index, Cancel));
            // Closed, run, calculated, claimed and accepted with no broker at all.
            await UntilAsync(
                cluster,
                db => db.Epochs.AnyAsync(epoch => epoch.Index > newest && epoch.Status == EpochStatus.ClaimAccepted, Cancel)
            );
            Trial.Say("without the broker an epoch was accepted after", TimeProvider.System.GetElapsedTime(gone));
            foreach (var process in cluster.Processes)
                await process.AliveAsync(Cancel);
            (await Task.WhenAll(cluster.Processes.Select(process => process.ReadinessAsync(Cancel)))).ShouldAllBe(said =>
                said.Contains("ready: ") && said.Contains("Degraded")
            );
            if (Outage - TimeProvider.System.GetElapsedTime(gone) is { Ticks: > 0 } rest)
                await Task.Delay(rest, Cancel);
            var waiting = await cluster.ReadAsync(db => db.Outbox.CountAsync(Cancel));
            waiting.ShouldBeGreaterThan(0);
            await ShouldNotHaveGrownAsync(cluster, before);

            await rabbit.ResumeAsync(Cancel);
            var back = TimeProvider.System.GetTimestamp();
            var last = await cluster.ReadAsync(db => db.Outbox.MaxAsync(row => row.Id, Cancel));
            await UntilAsync(cluster, async db => !await db.Outbox.AnyAsync(row => row.Id <= last, Cancel));
            Trial.Say($"{waiting} messages waited in the outbox; they were gone after", TimeProvider.System.GetElapsedTime(back));
            foreach (var process in cluster.Processes)
                await process.ReadyAsync(Cancel);
            await load.StopAsync(cluster, Cancel);
        }

        await trial.ShouldSettleAsync();
    }

    [Fact]
    public async Task Servers_that_are_cut_paused_and_restarted_under_load_lose_nothing()
    {
        var trial = await shared.BeginAsync();
        var cluster = trial.Cluster;
        IFaultyServer[] all = [await servers.RabbitMqAsync(), await servers.PostgresAsync(), cluster.Anvil];
        await using (var load = trial.Load())
        {
            foreach (var server in all)
            {
                for (var i = 0; i < SoakSettings.OutageCuts; i++)
                {
                    await server.CutAsync(Cancel);
                    await ProgressAsync(cluster, $"after connections to {server.Name} were cut");
                }
            }

            foreach (var server in all)
            {
                await AwayAsync(load, server, server.PauseAsync, server.ContinueAsync);
                await ProgressAsync(cluster, $"after {server.Name} stood still");
            }

            foreach (var server in all)
            {
                await AwayAsync(load, server, server.HaltAsync, server.ResumeAsync);
                await ProgressAsync(cluster, $"after {server.Name} was restarted");
            }

            foreach (
                var queue in (await cluster.Broker.DurableQueuesAsync(Cancel)).Where(queue =>
                    queue != EventWitness.Queue && !queue.EndsWith("_error", StringComparison.Ordinal)
                )
            )
                await cluster.Broker.PurgeAsync(queue, Cancel);
            await ProgressAsync(cluster, "after the queues were purged");
            await load.StopAsync(cluster, Cancel);
        }

        await trial.ShouldSettleAsync();
    }

    /// <summary>
    /// For a part of the outage's length, since there are many of them. Nobody can send an input to a chain that is away.
    /// </summary>
    private static async Task AwayAsync(
        InputLoad load,
        IFaultyServer server,
        Func<CancellationToken, Task> away,
        Func<CancellationToken, Task> back
    )
    {
        await (server is AnvilChain ? load.HoldAsync(StayAwayAsync) : StayAwayAsync());

        async Task StayAwayAsync()
        {
            await away(Cancel);
            await Task.Delay(Outage / 4, Cancel);
            await back(Cancel);
        }
    }

    /// <summary>Waits until an input that came now has been run.</summary>
    private static async Task ProgressAsync(NodeCluster cluster, string when)
    {
        var start = TimeProvider.System.GetTimestamp();
        var sent = await ReadAsync(cluster, async db => (long)await db.Inputs.CountAsync(Cancel)) + 2;
        await UntilAsync(cluster, async db => await db.Inputs.CountAsync(input => input.Status != InputStatus.None, Cancel) >= sent);
        Trial.Say($"{when} the node worked after", TimeProvider.System.GetElapsedTime(start));
    }

    private static async Task<Dictionary<ServiceProcess, long>> MemoryAsync(NodeCluster cluster) =>
        (await Task.WhenAll(cluster.Processes.Select(async process => (process, Memory: await process.MemoryAsync(Cancel))))).ToDictionary(
            entry => entry.process,
            entry => entry.Memory
        );

    /// <summary>
    /// What waits is in the database. The bound leaves room for what the runtime takes and does not give back while it warms up.
    /// </summary>
    private static async Task ShouldNotHaveGrownAsync(NodeCluster cluster, Dictionary<ServiceProcess, long> before)
    {
        foreach (var (process, memory) in await MemoryAsync(cluster))
            memory.ShouldBeLessThan(
                before[process] + (150L << 20),
                $"{process.Service} had {before[process] >> 20} MiB before the outage"
            );
    }

    private static async Task UntilAsync(NodeCluster cluster, Func<RollupsDbContext, Task<bool>> reached)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await ReadAsync(cluster, reached))
        {
            foreach (var process in cluster.Processes)
                process.EnsureRunning();
            await timer.WaitForNextTickAsync(Cancel);
        }
    }

    /// <summary>The test's own connections are broken like those of the node.</summary>
    private static async Task<T> ReadAsync<T>(NodeCluster cluster, Func<RollupsDbContext, Task<T>> read)
    {
        while (true)
        {
            try
            {
                return await cluster.ReadAsync(read);
            }
            catch (Exception exception) when (cluster.IsTransient(exception))
            {
                await Task.Delay(50, Cancel);
            }
        }
    }
}
