using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Lifecycle;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Crashes;

/// <summary>
/// A process dies while it writes down that an epoch's claim is calculated. The broker has not had its acknowledgement and delivers the
/// event again. The claim stays in the pool meanwhile, so that the story stops there.
/// </summary>
[NeedsServers]
[Collection(CrashTests.Name)]
public sealed class StoryCrashTests(CrashTrial trial)
{
    private const string Queue = "lifecycle-epoch";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stage_written_but_not_committed_is_told_again()
    {
        var epoch = 0UL;
        await trial.DieAsync("story-written", async () => epoch = await trial.RunEpochIntoPoolAsync());

        (await trial.StoryAsync(epoch)).CurrentState.ShouldBe(nameof(EpochLifecycleStateMachine.InputsProcessed));
        (await trial.EpochAsync(epoch)).Status.ShouldBe(EpochStatus.ClaimCalculated);
        var message = await RedeliveredAsync();
        (await HandledAsync(message)).ShouldBe(0);

        trial.GoOn();
        await trial.MineAgainAsync();
        await trial.ShouldSettleAsync();
        (await HandledAsync(message)).ShouldBe(1);
    }

    [Fact]
    public async Task A_stage_committed_but_not_acknowledged_is_delivered_again_without_effect()
    {
        var epoch = 0UL;
        await trial.DieAsync("story-committed", async () => epoch = await trial.RunEpochIntoPoolAsync());

        var told = await trial.StoryAsync(epoch);
        told.CurrentState.ShouldBe(nameof(EpochLifecycleStateMachine.ClaimCalculated));
        var message = await RedeliveredAsync();
        (await HandledAsync(message)).ShouldBe(1);

        trial.GoOn();
        await trial.ReadyAsync();
        await trial.MineAgainAsync();
        await trial.ShouldSettleAsync();
        (await HandledAsync(message)).ShouldBe(1);
        // Submitted and accepted: the copy, which came before them, has added nothing.
        (await trial.StoryAsync(epoch)).Version.ShouldBe(told.Version + 2);
        (await trial.Cluster.Broker.PeekCountAsync(Queue, Cancel)).ShouldBe(0);
    }

    /// <summary>Waits until the broker has taken back the event that was in the dead process's hand; its id.</summary>
    private async Task<Guid> RedeliveredAsync()
    {
        var broker = trial.Cluster.Broker;
        await broker.UntilQueuedAsync(Queue, cancellationToken: Cancel);
        var message = (await broker.PeekAllAsync(Queue, Cancel)).Single(message =>
            message.GetProperty("payload").GetString()!.Contains(nameof(EpochClaimCalculated), StringComparison.Ordinal)
        );
        message.GetProperty("redelivered").GetBoolean().ShouldBeTrue();
        return JsonDocument.Parse(message.GetProperty("payload").GetString()!).RootElement.GetProperty("messageId").GetGuid();
    }

    private Task<int> HandledAsync(Guid message) =>
        trial.Cluster.ReadAsync(db => db.Inbox.CountAsync(row => row.MessageId == message, Cancel));
}
