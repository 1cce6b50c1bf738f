using CsCheck;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Lifecycle.Tests;

public sealed class EpochLifecycleStateMachineTests(SagaOnHarness saga) : IClassFixture<SagaOnHarness>
{
    [Fact]
    public async Task An_accepted_epoch_tells_its_whole_story()
    {
        var epoch = saga.NewEpoch();
        var state = (await saga.TellAsync(EpochHistory.Accepted(epoch))).ShouldNotBeNull();

        state.CorrelationId.ShouldBe(EpochCorrelation.Id(EpochHistory.ChainId, EpochHistory.Application, epoch));
        state.CurrentState.ShouldBe("Accepted");
        state.ChainId.ShouldBe(EpochHistory.ChainId);
        state.Application.ShouldBe(Address.Parse(EpochHistory.Application));
        state.ApplicationName.ShouldBe("echo");
        state.EpochIndex.ShouldBe(epoch);
        state.OpenedAt.ShouldBe(EpochHistory.Start);
        state.ClosedAt.ShouldBe(EpochHistory.Start.AddSeconds(1));
        state.InputsProcessedAt.ShouldBe(EpochHistory.Start.AddSeconds(2));
        state.ClaimCalculatedAt.ShouldBe(EpochHistory.Start.AddSeconds(3));
        state.ClaimSubmittedAt.ShouldBe(EpochHistory.Start.AddSeconds(4));
        state.AcceptedAt.ShouldBe(EpochHistory.Start.AddSeconds(5));
        state.RejectedAt.ShouldBeNull();
        state.OutputsMerkleRoot.ShouldBe(Hash32.Parse(EpochHistory.Root));
        state.ClaimTransactionHash.ShouldBe(Hash32.Parse(EpochHistory.L1Transaction));
    }

    [Fact]
    public async Task A_rejected_epoch_keeps_the_reason()
    {
        var state = (await saga.TellAsync(EpochHistory.Rejected(saga.NewEpoch()))).ShouldNotBeNull();
        state.CurrentState.ShouldBe("Rejected");
        state.RejectedAt.ShouldBe(EpochHistory.Start.AddSeconds(6));
        state.RejectionReason.ShouldBe("DIVERGED");
        state.AcceptedAt.ShouldBeNull();
    }

    [Fact]
    public async Task Every_single_event_makes_the_instance_and_takes_it_to_its_stage()
    {
        foreach (var position in Enumerable.Range(0, 6))
        {
            var happened = EpochHistory.Accepted(saga.NewEpoch())[position];
            (await saga.TellAsync(happened)).ShouldNotBeNull().CurrentState.ShouldBe(EpochHistory.StateAfter(happened));
        }
    }

    [Fact]
    public async Task A_late_event_fills_in_its_time_and_leaves_the_state_alone()
    {
        var history = EpochHistory.Accepted(saga.NewEpoch());
        await saga.TellAsync(history[5]);
        var state = (await saga.TellAsync(history[1])).ShouldNotBeNull();
        state.CurrentState.ShouldBe("Accepted");
        state.ClosedAt.ShouldBe(history[1].OccurredAt);
    }

    [Fact]
    public async Task A_malformed_address_faults_and_makes_no_instance()
    {
        var happened = (EpochOpened)EpochHistory.Accepted(saga.NewEpoch())[0] with { Application = "0x12" };
        (await saga.FaultsAsync(happened)).ShouldBeTrue();
    }

    [Fact]
    public async Task Any_order_with_any_duplicates_ends_where_the_ordered_history_ends()
    {
        var stories = Gen.Select(Gen.Bool, Gen.Int[0, 5].Array[0, 6], (rejected, copies) => (rejected, copies))
            .SelectMany(story => Gen.Shuffle((int[])[0, 1, 2, 3, 4, 5, .. story.copies]), (story, order) => (story.rejected, order));
        await stories.SampleAsync(
            async story =>
            {
                var inOrder = await saga.TellAsync(History(story.rejected));
                var history = History(story.rejected);
                var shuffled = await saga.TellAsync([.. story.order.Select(position => history[position])]);
                SameStory(shuffled.ShouldNotBeNull(), inOrder.ShouldNotBeNull());
            },
            iter: 200,
            threads: 1
        );
    }

    [Fact]
    public async Task Whatever_is_lost_the_rest_ends_at_the_furthest_stage_in_any_order()
    {
        var stories = Gen.Select(
                Gen.Bool,
                Gen.Int[1, 63],
                (rejected, kept) => (rejected, kept: Enumerable.Range(0, 6).Where(bit => (kept >> bit & 1) == 1).ToArray())
            )
            .SelectMany(story => Gen.Shuffle(story.kept), (story, order) => (story.rejected, story.kept, order));
        await stories.SampleAsync(
            async story =>
            {
                var first = History(story.rejected);
                var inOrder = await saga.TellAsync([.. story.kept.Select(position => first[position])]);
                var second = History(story.rejected);
                var shuffled = await saga.TellAsync([.. story.order.Select(position => second[position])]);
                SameStory(shuffled.ShouldNotBeNull(), inOrder.ShouldNotBeNull());
                shuffled!.CurrentState.ShouldBe(EpochHistory.StateAfter(first[story.kept[^1]]));
            },
            iter: 200,
            threads: 1
        );
    }

    [Fact]
    public async Task A_claim_that_was_taken_back_tells_how_often_and_when_last_and_the_times_of_the_last_round()
    {
        var history = EpochHistory.TakenBackTwice(saga.NewEpoch());
        var state = (await saga.TellAsync(history[..7])).ShouldNotBeNull();
        (state.CurrentState, state.ClaimRound, state.ClaimSubmittedAt, state.AcceptedAt, state.ClaimTransactionHash).ShouldBe(
            ("ClaimCalculated", 1, null, null, null)
        );
        state.ClaimCalculatedAt.ShouldBe(EpochHistory.Start.AddSeconds(3));

        state = (await saga.TellAsync(history[7..])).ShouldNotBeNull();
        (state.CurrentState, state.ClaimRound, state.ClaimRevertedAt).ShouldBe(("Accepted", 2, EpochHistory.Start.AddSeconds(12)));
        (state.ClaimSubmittedAt, state.AcceptedAt).ShouldBe((EpochHistory.Start.AddSeconds(13), EpochHistory.Start.AddSeconds(14)));
        state.ClaimTransactionHash.ShouldBe(Hash32.Parse(EpochHistory.L1Transaction));
    }

    [Fact]
    public async Task However_the_events_of_all_rounds_come_which_are_lost_and_which_twice_they_end_in_one_place()
    {
        var stories = Gen.Select(Gen.Int[1, (1 << 11) - 1], Gen.Int[0, 10].Array[0, 4])
            .Select(story => (Kept: Enumerable.Range(0, 11).Where(bit => (story.Item1 >> bit & 1) == 1).ToArray(), Copies: story.Item2))
            .SelectMany(
                story => Gen.Shuffle((int[])[.. story.Kept, .. story.Copies.Where(copy => story.Kept.Contains(copy))]),
                (story, order) => (story.Kept, order)
            );
        await stories.SampleAsync(
            async story =>
            {
                var first = EpochHistory.TakenBackTwice(saga.NewEpoch());
                var inOrder = await saga.TellAsync([.. story.Kept.Select(position => first[position])]);
                var second = EpochHistory.TakenBackTwice(saga.NewEpoch());
                var shuffled = await saga.TellAsync([.. story.order.Select(position => second[position])]);
                SameStory(shuffled.ShouldNotBeNull(), inOrder.ShouldNotBeNull());
                shuffled!.CurrentState.ShouldBe(EpochHistory.StateAfter(first[story.Kept[^1]]));
            },
            iter: 200,
            threads: 1
        );
    }

    private IEpochEvent[] History(bool rejected) =>
        rejected ? EpochHistory.Rejected(saga.NewEpoch()) : EpochHistory.Accepted(saga.NewEpoch());

    private static void SameStory(EpochLifecycleState told, EpochLifecycleState expected) => Story(told).ShouldBe(Story(expected));

    private static object Story(EpochLifecycleState state) =>
        new
        {
            state.CurrentState,
            state.ChainId,
            state.Application,
            state.ApplicationName,
            state.OpenedAt,
            state.ClosedAt,
            state.InputsProcessedAt,
            state.ClaimCalculatedAt,
            state.ClaimSubmittedAt,
            state.AcceptedAt,
            state.RejectedAt,
            state.OutputsMerkleRoot,
            state.ClaimTransactionHash,
            state.RejectionReason,
            state.ClaimRound,
            state.ClaimRevertedAt,
        };
}
