namespace Rollups.Domain.Tests.Tournaments;

/// <summary>When a match can be won by timeout, and when it can only be eliminated, as Dave 2.1.1 decides it.</summary>
public sealed class RunningMatchTests
{
    private static readonly Hash32 One = Keccak256.Hash("one"u8.ToArray()),
        Two = Keccak256.Hash("two"u8.ToArray());

    [Fact]
    public void The_paused_side_wins_from_the_others_timeout_on_until_its_own_time_is_used_up_by_being_late()
    {
        var match = Match((60, 100), (40, 0));
        match.WinOf(Two).ShouldBe((160UL, 200UL));
        match.WinOf(One).ShouldBeNull();
        match.LapsesAt.ShouldBe(200UL);
        Match((40, 0), (60, 100)).WinOf(One).ShouldBe((160UL, 200UL));
    }

    [Fact]
    public void Of_two_running_clocks_the_longer_one_wins_while_it_has_time()
    {
        var match = Match((60, 100), (90, 100));
        match.WinOf(Two).ShouldBe((160UL, 175UL));
        match.LapsesAt.ShouldBe(175UL);
        var equal = Match((60, 100), (60, 100));
        equal.LapsesAt.ShouldBe(160UL);
        equal.WinOf(Two).ShouldBe((160UL, 160UL));
    }

    [Fact]
    public void A_match_that_is_decided_below_never_lapses_by_itself()
    {
        var match = Match((60, 0), (40, 0));
        match.LapsesAt.ShouldBeNull();
        match.WinOf(One).ShouldBeNull();
    }

    [Fact]
    public void A_match_that_is_decided_below_lapses_with_the_tournament_there()
    {
        var match = Match((60, 0), (40, 0)) with { Inner = new InnerTournament(default, 120) };
        match.LapsesAt.ShouldBe(120UL);
        match.WinOf(One).ShouldBeNull();
        (match with { Inner = new InnerTournament(default, null) }).LapsesAt.ShouldBeNull();
    }

    private static RunningMatch Match((ulong Allowance, ulong Start) one, (ulong Allowance, ulong Start) two) =>
        new(
            new TournamentMatch { CommitmentOne = One, CommitmentTwo = Two },
            new JoinedCommitment(one.Allowance, one.Start, default),
            new JoinedCommitment(two.Allowance, two.Start, default)
        );
}
