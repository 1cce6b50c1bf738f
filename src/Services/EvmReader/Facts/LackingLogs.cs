namespace Rollups.EvmReader.Facts;

/// <summary>
/// The kinds of logs of one application of which L1 gave fewer than the contract counts, each with the time since when. An endpoint may
/// announce a block before all its logs can be read, so only what lasts is worth a warning. Times are timestamps of the monotonic clock.
/// </summary>
internal sealed class LackingLogs
{
    /// <summary>Time in which logs may follow their block.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, Lack> _kinds = [];

    /// <summary>Some logs are missing. True if that is worth a warning now, once each time.</summary>
    public bool Add(string kind, TimeProvider clock)
    {
        if (!_kinds.TryGetValue(kind, out var lack))
            _kinds[kind] = lack = new Lack(clock.GetTimestamp());
        if (lack.IsWarned || clock.GetElapsedTime(lack.Since) < Patience)
            return false;
        return lack.IsWarned = true;
    }

    /// <summary>No log is missing. Returns since when it was so, if there was a warning about it.</summary>
    public long? Remove(string kind) => _kinds.Remove(kind, out var lack) && lack.IsWarned ? lack.Since : null;

    private sealed class Lack(long since)
    {
        public long Since => since;

        public bool IsWarned { get; set; }
    }
}
