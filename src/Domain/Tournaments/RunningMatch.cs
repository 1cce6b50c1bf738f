namespace Rollups.Domain;

/// <summary>A match that goes on, with the clocks of its two commitments. Pure.</summary>
/// <param name="Match">The match.</param>
/// <param name="One">The commitment that waited.</param>
/// <param name="Two">The commitment that met it.</param>
public sealed record RunningMatch(TournamentMatch Match, JoinedCommitment One, JoinedCommitment Two)
{
    /// <summary>
    /// Block from which on both clocks are out, so that nobody can win by timeout and anybody may eliminate the match: what the one is late
    /// uses up what the other has left. Null while neither runs, as when the match is decided in a tournament below.
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
    /// Blocks in which that side can win by timeout, the first and the one behind the last; null while the other side's clock is paused.
    /// </summary>
    /// <param name="commitment">One of the two.</param>
    public (ulong From, ulong Before)? WinOf(Hash32 commitment)
    {
        var (own, other) = commitment == Match.CommitmentOne ? (One, Two) : (Two, One);
        return other.RunsOutAt is { } from && LapsesAt is { } lapses ? (from, Math.Min(lapses, own.RunsOutAt ?? ulong.MaxValue)) : null;
    }
}
