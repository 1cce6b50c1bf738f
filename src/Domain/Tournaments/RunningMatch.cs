namespace Rollups.Domain;

/// <summary>A running match, with the clocks of its two commitments. Pure.</summary>
/// <param name="Match">The match.</param>
/// <param name="One">The commitment that was waiting.</param>
/// <param name="Two">The commitment that was paired with it.</param>
public sealed record RunningMatch(TournamentMatch Match, JoinedCommitment One, JoinedCommitment Two)
{
    /// <summary>
    /// Block from which on both clocks have expired, so that neither side can win by timeout and any account may eliminate the match:
    /// one side's overrun uses up the other's remaining time. Null while neither clock runs, as when a lower tournament decides the
    /// match.
    /// </summary>
    public ulong? LapsesAt =>
        (One.RunsOutAt, Two.RunsOutAt) switch
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
