using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Crashes;

/// <summary>
/// A process dies at the commit of what it stores: before it nothing is stored, after it everything is, and either way the next one goes
/// on.
/// </summary>
[NeedsServers]
[Collection(CrashTests.Name)]
public sealed class MoveCrashTests(CrashTrial trial)
{
    // So many that most of them run while the first result is stored.
    private const int BacklogInputs = 12;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inputs_written_but_not_committed_are_read_again_from_the_old_cursor()
    {
        var cursor = (await ApplicationAsync()).LastInputCheckBlock;
        var epoch = 0UL;
        await trial.DieAsync("inputs-written", async () => epoch = await trial.RunEpochAsync());

        (await trial.InputsAsync(epoch)).ShouldBeEmpty();
        // It may have moved with blocks that have nothing for the application, not past the inputs.
        (await ApplicationAsync()).LastInputCheckBlock.ShouldBeInRange(cursor, epoch * NodeCluster.EpochLength - 1);
        (await trial.WaitingEventsAsync()).ShouldBeEmpty();

        trial.GoOn();
        await trial.ShouldSettleAsync();
    }

    [Fact]
    public async Task Inputs_committed_but_not_announced_are_announced_and_read_once()
    {
        var epoch = 0UL;
        await trial.DieAsync("inputs-committed", async () => epoch = await trial.AddInputsAsync());

        (await trial.InputsAsync(epoch)).Count.ShouldBe(2);
        (await ApplicationAsync()).LastInputCheckBlock.ShouldBe(epoch * NodeCluster.EpochLength);
        (await trial.WaitingEventsAsync()).ShouldBe([nameof(EpochOpened), nameof(InputReceived)]);

        await trial.EndAsync(epoch);
        trial.GoOn();
        await trial.ShouldSettleAsync();
    }

    [Fact]
    public async Task A_result_written_but_not_committed_is_computed_again()
    {
        var epoch = 0UL;
        await trial.DieAsync("advance-written", async () => epoch = await trial.RunEpochAsync());

        var inputs = await trial.InputsAsync(epoch);
        inputs.Select(input => input.Status).ShouldBe([InputStatus.None, InputStatus.None]);
        (await ApplicationAsync()).ProcessedInputs.ShouldBe(inputs[0].Index);
        (await OutputsAsync(epoch)).ShouldBe(0);

        trial.GoOn();
        await trial.ShouldSettleAsync();
    }

    [Fact]
    public async Task A_result_that_was_committed_is_not_computed_with_effect_again()
    {
        var epoch = 0UL;
        await trial.DieAsync("advance-committed", async () => epoch = await trial.RunEpochAsync());

        var inputs = await trial.InputsAsync(epoch);
        inputs.Select(input => input.Status).ShouldBe([InputStatus.Accepted, InputStatus.None]);
        (await ApplicationAsync()).ProcessedInputs.ShouldBe(inputs[1].Index);
        (await OutputsAsync(epoch)).ShouldBe(2);

        trial.GoOn();
        await trial.ShouldSettleAsync();
    }

    [Fact]
    public async Task A_batch_of_results_written_but_not_committed_is_computed_again()
    {
        var epoch = 0UL;
        await trial.DieAsync("batch-written", async () => epoch = await trial.RunEpochAsync(BacklogInputs));

        (await ProcessedAsync(epoch)).ShouldBeInRange(1, BacklogInputs - 2);

        trial.GoOn();
        await trial.ShouldSettleAsync();
    }

    [Fact]
    public async Task A_batch_of_results_that_was_committed_is_not_computed_with_effect_again()
    {
        var epoch = 0UL;
        await trial.DieAsync("batch-committed", async () => epoch = await trial.RunEpochAsync(BacklogInputs));

        (await ProcessedAsync(epoch)).ShouldBeInRange(3, BacklogInputs);

        trial.GoOn();
        await trial.ShouldSettleAsync();
    }

    [Fact]
    public async Task A_claim_written_but_not_committed_is_calculated_again()
    {
        var epoch = 0UL;
        await trial.DieAsync("claim-written", async () => epoch = await trial.RunEpochAsync());

        (await trial.EpochAsync(epoch)).Status.ShouldBe(EpochStatus.InputsProcessed);
        (await trial.Cluster.ReadAsync(db => db.OutputsTrees.CountAsync(tree => tree.EpochIndex == epoch, Cancel))).ShouldBe(0);
        (await trial.Cluster.ReadAsync(db => db.OutputsTreeChunks.CountAsync(chunk => chunk.EpochIndex == epoch, Cancel))).ShouldBe(0);
        (await trial.WaitingEventsAsync()).ShouldNotContain(nameof(EpochClaimCalculated));

        trial.GoOn();
        await trial.ShouldSettleAsync();
    }

    [Fact]
    public async Task A_claim_committed_but_not_announced_is_announced_and_sent()
    {
        var epoch = 0UL;
        await trial.DieAsync("claim-committed", async () => epoch = await trial.RunEpochAsync());

        (await trial.EpochAsync(epoch)).Status.ShouldBe(EpochStatus.ClaimCalculated);
        (await trial.WaitingEventsAsync()).ShouldContain(nameof(EpochClaimCalculated));

        trial.GoOn();
        await trial.ShouldSettleAsync();
    }

    /// <summary>Inputs of the epoch before the cursor: they and no others have their results and outputs.</summary>
    private async Task<int> ProcessedAsync(ulong epoch)
    {
        var inputs = await trial.InputsAsync(epoch);
        var processed = (int)((await ApplicationAsync()).ProcessedInputs - inputs[0].Index);
        inputs
            .Select(input => input.Status == InputStatus.Accepted)
            .ShouldBe(Enumerable.Range(0, inputs.Count).Select(i => i < processed));
        (await OutputsAsync(epoch)).ShouldBe(2 * processed);
        return processed;
    }

    private Task<Application> ApplicationAsync() => trial.Cluster.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(Cancel));

    private Task<int> OutputsAsync(ulong epoch) =>
        trial.Cluster.ReadAsync(db => db.Outputs.CountAsync(output => output.EpochIndex == epoch, Cancel));
}
