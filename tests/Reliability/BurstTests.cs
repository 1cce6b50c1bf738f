using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests;

/// <summary>
/// A burst of inputs for one application, while the Advancer and the saga stand still: what waits is on disk, who produces goes on, and the
/// other applications are not kept waiting. <c>ROLLUPS_BURST_INPUTS</c> and <c>ROLLUPS_BURST_PAUSE</c> (seconds) make it as large as that;
/// eng/burst.sh does.
/// </summary>
[NeedsServers]
public sealed class BurstTests(RealServers servers)
{
    private const int InputsPerTurn = 500;
    private const int SmallInputs = 5;
    private const long MaxMemory = 500L << 20;
    private const string SagaQueue = "lifecycle-epoch";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    // One turn at a time: the applications have to share it. Few messages in hand: the others wait at the broker.
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Services:Advancer:Concurrency"] = "1",
        ["Services:Validator:Concurrency"] = "1",
        ["Services:Claimer:Concurrency"] = "1",
        ["Messaging:RabbitMq:Prefetch"] = "4",
    };

    private readonly BurstSettings _size = BurstSettings.Read();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_burst_is_stored_while_its_consumers_stand_still_and_caught_up_without_keeping_the_other_applications_waiting()
    {
        var figures = new BurstFigures { Inputs = _size.Inputs };
        await using var trial = await Trial.StartAsync(servers, replicas: 1, applications: 3, settings: Settings);
        var cluster = trial.Cluster;
        var (advancer, lifecycle, reader) = (cluster.Process("advancer"), cluster.Process("lifecycle"), cluster.Process("evm-reader"));
        var (large, small) = (cluster.AllApplications[0], cluster.AllApplications.Skip(1).ToList());
        await WarmUpAsync(cluster);
        var before = await CountAsync(cluster, large);

        await Task.WhenAll(advancer.PauseAsync(Cancel), lifecycle.PauseAsync(Cancel));
        var paused = TimeProvider.System.GetTimestamp();
        var sent = await SendAsync(cluster, large, small);
        // Everything is read although nobody takes it.
        await UntilAsync(cluster, figures, async db => await db.Inputs.CountAsync(Cancel) == sent);
        figures.Storing = TimeProvider.System.GetElapsedTime(paused);
        (await CountAsync(cluster, large)).ShouldBe(before);
        figures.Stored = await cluster.ReadAsync(db => db.Inputs.CountAsync(input => input.Status == InputStatus.None, Cancel));
        // What was published is with the broker, and seen there.
        await UntilAsync(cluster, figures, async db => !await db.Outbox.AnyAsync(Cancel));
        await UntilAsync(cluster, figures, async _ => await WaitingAsync(reader) > 0);
        if (_size.Pause - TimeProvider.System.GetElapsedTime(paused) is { Ticks: > 0 } rest)
            await Task.Delay(rest, Cancel);

        await advancer.ContinueAsync(Cancel);
        figures.Pause = TimeProvider.System.GetElapsedTime(paused);
        var continued = TimeProvider.System.GetTimestamp();
        await UntilAsync(cluster, figures, async db => !await db.Inputs.AnyAsync(input => input.Status == InputStatus.None, Cancel));
        figures.CatchUp = TimeProvider.System.GetElapsedTime(continued);
        // The epochs come to their end although nobody tells their story.
        await UntilAsync(
            cluster,
            figures,
            async db => !await db.Epochs.AnyAsync(epoch => epoch.Status != EpochStatus.ClaimAccepted, Cancel)
        );
        // The broker has not been asked for some minutes, as nobody read the metrics.
        await UntilAsync(
            cluster,
            figures,
            async _ => await reader.MetricAsync("rollups_queue_age_seconds", $"queue=\"{SagaQueue}\"", Cancel) > 0
        );
        figures.SagaQueue = (await WaitingAsync(reader)).ShouldNotBeNull();
        (await reader.MetricAsync("rollups_outbox_age_seconds", "", Cancel)).ShouldNotBeNull();
        (await cluster.ReadAsync(db => db.EpochLifecycles.CountAsync(saga => saga.CurrentState == "Accepted", Cancel))).ShouldBe(
            cluster.AllApplications.Count
        );
        await lifecycle.ContinueAsync(Cancel);
        continued = TimeProvider.System.GetTimestamp();
        await UntilAsync(cluster, figures, async _ => await WaitingAsync(reader) == 0);
        figures.SagaCatchUp = TimeProvider.System.GetElapsedTime(continued);
        figures.SmallWaitedFor = (
            await Task.WhenAll(small.Select(application => WaitedForAsync(cluster, application, large, before)))
        ).Max();
        await figures.MeasureMemoryAsync(cluster, Cancel);
        TestContext.Current.SendDiagnosticMessage(figures.Line());
        if (_size.ResultFile is { } file)
            await File.WriteAllLinesAsync(file, [figures.Line()], Cancel);

        await trial.ShouldSettleAsync(limit: Limit);
        figures.SmallWaitedFor.ShouldBeLessThanOrEqualTo(3 * InputsPerTurn);
        figures.Memory.ShouldAllBe(entry => entry.Peak << 20 < MaxMemory, figures.Line());
    }

    /// <summary>An epoch of each application, so that every service has done what it does at first.</summary>
    private static async Task WarmUpAsync(NodeCluster cluster)
    {
        foreach (var application in cluster.AllApplications)
            await cluster.Anvil.Contracts.AddInputAsync(application, "first"u8.ToArray(), Cancel);
        await cluster.Anvil.Chain.MineAsync(NodeCluster.EpochLength + 1, Cancel);
        await UntilAsync(
            cluster,
            new BurstFigures(),
            async db =>
                await db.EpochLifecycles.CountAsync(saga => saga.CurrentState == "Accepted", Cancel) == cluster.AllApplications.Count
        );
    }

    /// <summary>
    /// The burst, a few inputs of the others in its midst, and the end of the epochs that they are in; the number of inputs on chain.
    /// </summary>
    private async Task<int> SendAsync(NodeCluster cluster, Address large, List<Address> small)
    {
        var burst = await InputBurst.DeployAsync(cluster.Anvil.Chain, Cancel);
        var others = 0;
        await burst.SendAsync(
            large,
            _size.Inputs,
            async soFar =>
            {
                if (others * (_size.Inputs / (SmallInputs + 1)) > soFar || others == SmallInputs)
                    return;
                foreach (var application in small)
                    await cluster.Anvil.Contracts.AddInputAsync(application, BitConverter.GetBytes(others), Cancel);
                others++;
            },
            Cancel
        );
        await cluster.Anvil.Chain.MineAsync(NodeCluster.EpochLength + 1, Cancel);
        return cluster.AllApplications.Count + _size.Inputs + (others * small.Count);
    }

    /// <summary>Inputs of the large application that were run before the last one of this one.</summary>
    private static Task<int> WaitedForAsync(NodeCluster cluster, Address application, Address large, int before) =>
        cluster.ReadAsync(async db =>
        {
            var last = await db
                .Inputs.Where(input => db.Applications.Any(app => app.Id == input.ApplicationId && app.Address == application))
                .MaxAsync(input => input.UpdatedAt, Cancel);
            return await db.Inputs.CountAsync(
                    input => input.UpdatedAt < last && db.Applications.Any(app => app.Id == input.ApplicationId && app.Address == large),
                    Cancel
                ) - before;
        });

    /// <summary>Inputs of an application that have been run.</summary>
    private static Task<int> CountAsync(NodeCluster cluster, Address application) =>
        cluster.ReadAsync(async db => (int)(await db.Applications.SingleAsync(app => app.Address == application, Cancel)).ProcessedInputs);

    /// <summary>
    /// The paused saga's messages, as another service of the node measures them; null where it has not heard from the broker.
    /// </summary>
    private static async Task<int?> WaitingAsync(ServiceProcess process) =>
        (int?)(
            await process.MetricAsync("rollups_queue_depth", $"queue=\"{SagaQueue}\"", Cancel)
            + await process.MetricAsync("rollups_queue_unacknowledged", $"queue=\"{SagaQueue}\"", Cancel)
        );

    private static async Task UntilAsync(NodeCluster cluster, BurstFigures figures, Func<RollupsDbContext, Task<bool>> reached)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!await cluster.ReadAsync(reached))
        {
            figures.Saw(await cluster.ReadAsync(db => db.Outbox.CountAsync(Cancel)));
            foreach (var process in cluster.Processes)
                process.EnsureRunning();
            await timer.WaitForNextTickAsync(Cancel);
        }
    }
}
