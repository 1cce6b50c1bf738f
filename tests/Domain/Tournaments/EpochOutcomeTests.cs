namespace Rollups.Domain.Tests.Tournaments;

/// <summary>How an epoch stands, by what is stored of it.</summary>
public sealed class EpochOutcomeTests
{
    private static readonly Address Root = new([.. Enumerable.Repeat((byte)7, 20)]);
    private static readonly Hash32 Ours = Hash("ours"),
        Theirs = Hash("theirs"),
        State = Hash("state"),
        OtherState = Hash("other state"),
        Outputs = Hash("outputs");

    [Fact]
    public void Before_our_commitment_is_seen_it_is_absent_and_then_it_has_joined()
    {
        EpochOutcome.Of(Sealed(), Seen()).Standing.ShouldBe(EpochStanding.Absent);
        EpochOutcome.Of(Sealed(), new ObservedTournaments([], [], [])).Standing.ShouldBe(EpochStanding.Absent);
        EpochOutcome.Of(Sealed(), Seen(joined: Theirs)).Standing.ShouldBe(EpochStanding.Absent);
        EpochOutcome.Of(Sealed(), Seen(joined: Ours)).Standing.ShouldBe(EpochStanding.Joined);
    }

    [Fact]
    public void A_settlement_with_our_result_is_acceptance_whoever_won_and_whether_we_joined_or_not()
    {
        EpochOutcome.Of(Sealed(State, Outputs), Seen(joined: Ours, winner: (Ours, State))).Standing.ShouldBe(EpochStanding.Accepted);
        EpochOutcome.Of(Sealed(State, Outputs), Seen()).Standing.ShouldBe(EpochStanding.Accepted);
        EpochOutcome.Of(Sealed(State, Outputs), Seen(joined: Ours, winner: (Theirs, State))).Standing.ShouldBe(EpochStanding.Accepted);
    }

    [Fact]
    public void A_settlement_with_another_result_is_rejection_with_all_values()
    {
        var state = EpochOutcome.Of(Sealed(OtherState, Outputs), Seen(joined: Ours));
        state.Standing.ShouldBe(EpochStanding.Rejected);
        state.Reason.ShouldNotBeNull().ShouldStartWith("prt_divergence_at_settlement: for epoch 4");
        foreach (var value in new[] { State, OtherState, Outputs })
            state.Reason.ShouldContain(value.ToString());

        var outputs = EpochOutcome.Of(Sealed(State, OtherState), Seen(joined: Ours));
        (outputs.Standing, outputs.AcceptedOutputsMerkleRoot).ShouldBe((EpochStanding.Rejected, OtherState));
    }

    [Fact]
    public void A_winner_with_another_last_state_is_rejection_and_one_with_ours_is_waited_for()
    {
        var lost = EpochOutcome.Of(Sealed(), Seen(joined: Ours, winner: (Theirs, OtherState)));
        lost.Standing.ShouldBe(EpochStanding.Rejected);
        lost.Reason.ShouldNotBeNull().ShouldContain("its bond is lost");
        EpochOutcome.Of(Sealed(), Seen(winner: (Theirs, OtherState))).Reason.ShouldNotBeNull().ShouldContain("did not join in time");

        EpochOutcome.Of(Sealed(), Seen(joined: Ours, winner: (Ours, State))).Standing.ShouldBe(EpochStanding.Joined);
        EpochOutcome.Of(Sealed(), Seen(joined: Ours, winner: (Theirs, State))).Standing.ShouldBe(EpochStanding.Joined);
    }

    [Fact]
    public void A_tournament_without_a_winner_is_rejection_and_says_whether_we_were_in_it()
    {
        EpochOutcome.Of(Sealed(), Seen(isFinished: true)).Reason.ShouldNotBeNull().ShouldContain("no account joined with");
        EpochOutcome.Of(Sealed(), Seen(joined: Ours, isFinished: true)).Reason.ShouldNotBeNull().ShouldContain("was eliminated");
    }

    private static Epoch Sealed(Hash32? settledState = null, Hash32? settledOutputs = null) =>
        new()
        {
            Index = 4,
            Status = EpochStatus.ClaimCalculated,
            TournamentAddress = Root,
            Commitment = Ours,
            MachineHash = State,
            OutputsMerkleRoot = Outputs,
            SettledMachineHash = settledState,
            SettledOutputsMerkleRoot = settledOutputs,
            SettlementTransactionHash = settledState is null ? null : Hash("settlement"),
        };

    private static ObservedTournaments Seen(
        Hash32? joined = null,
        (Hash32 Commitment, Hash32 State)? winner = null,
        bool isFinished = false
    ) =>
        new(
            [
                new Tournament
                {
                    Address = Root,
                    Height = 48,
                    FinishedAtBlock = winner is not null || isFinished ? 100UL : null,
                    WinnerCommitment = winner?.Commitment,
                    FinalStateHash = winner?.State,
                },
            ],
            joined is { } commitment ? [new TournamentCommitment { TournamentAddress = Root, Commitment = commitment }] : [],
            []
        );

    private static Hash32 Hash(string text) => Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(text));
}
