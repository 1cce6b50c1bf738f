namespace Rollups.Domain;

/// <summary>A running match, with the clocks of its two commitments. Pure.</summary>
/// <param name="Match">The match.</param>
/// <param name="One">The commitment that was waiting.</param>
/// <param name="Two">The commitment that was paired with it.</param>
public sealed record RunningMatch(TournamentMatch Match, JoinedCommitment One, JoinedCommitment Two)
{
    /// <summary>The tournament one level down that decides the match; null while it is played here.</summary>
    public InnerTournament? Inner { get; init; }

    /// <summary>
    /// Block from which on neither side can win, so that any account may eliminate the match. Played here, both clocks have expired:
    /// one side's overrun uses up the other's remaining time. Decided one level down, as <see cref="InnerTournament.LapsesAt"/>. Null
    /// while neither clock runs.
    /// </summary>
    public ulong? LapsesAt =>
        Inner is not null
            ? Inner.LapsesAt
            : (One.RunsOutAt, Two.RunsOutAt) switch
            {
                ({ } one, { } two) => (one + two + 1) / 2,
                ({ } one, null) => one + Two.Allowance,
                (null, { } two) => two + One.Allowance,
                _ => null,
            };

    /// <summary>
    /// Blocks in which that side can win by timeout: first inclusive, last exclusive; null while the other side's clock is paused.
    /// </summary>
    /// <param name="commitment">Either of the two commitments.</param>
    public (ulong From, ulong Before)? WinOf(Hash32 commitment)
    {
        var (own, other) = commitment == Match.CommitmentOne ? (One, Two) : (Two, One);
        return other.RunsOutAt is { } from && LapsesAt is { } lapses ? (from, Math.Min(lapses, own.RunsOutAt ?? ulong.MaxValue)) : null;
    }
}
