using Rollups.Domain;

namespace Rollups.Prt;

/// <summary>An epoch's matches as of the newest block.</summary>
/// <param name="Head">Number of that block.</param>
/// <param name="Running">The stored unfinished matches, with their clocks.</param>
/// <param name="Lapsed">Those that can only be eliminated and that L1 still has, the longest first.</param>
internal sealed record MatchesNow(ulong Head, IReadOnlyList<RunningMatch> Running, IReadOnlyList<RunningMatch> Lapsed)
{
    /// <summary>Block at which a check is due because a match lapses; 0 for each, while the rows have one that has.</summary>
    public ulong DueAt =>
        Running.Select(match => match.LapsesAt <= Head ? 0 : match.LapsesAt ?? ulong.MaxValue).Append(ulong.MaxValue).Min();
}
