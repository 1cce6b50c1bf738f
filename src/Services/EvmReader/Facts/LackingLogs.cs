namespace Rollups.EvmReader.Facts;

/// <summary>
/// The kinds of logs of one application that cannot be used, each with the time since when: L1 gave fewer than the contract counts, or
/// such that contradict each other. An endpoint may announce a block before all its logs can be read, so missing logs are worth a
/// warning only if that lasts. Written by the pass, read by the health check: safe for concurrent use. Times are timestamps of the
/// monotonic clock.
/// </summary>
internal sealed class LackingLogs
{
    /// <summary>Time in which logs may follow their block.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lack> _kinds = [];

    /// <summary>Since when the kind that has been unusable for the longest time is so; null if none is.</summary>
    public long? Since
    {
        get
        {
            lock (_lock)
                return _kinds.Count == 0 ? null : _kinds.Values.Min(lack => lack.Since);
        }
    }

    /// <summary>Some logs are missing. True if that is worth a warning now, once each time.</summary>
    public bool Add(string kind, TimeProvider clock) => Add(kind, clock, isContradiction: false);

    /// <summary>The logs contradict each other or the contract. True if that is worth an error now, once each time.</summary>
    public bool AddContradiction(string kind, TimeProvider clock) => Add(kind, clock, isContradiction: true);

    /// <summary>True if the logs have been unusable for so long, or in such a way, that it was logged.</summary>
    public bool IsLasting(string kind)
    {
        lock (_lock)
            return _kinds.GetValueOrDefault(kind) is { Told: not Told.Nothing };
    }

    /// <summary>No log is missing. Returns since when it was so, if it was logged.</summary>
    public long? Remove(string kind)
    {
        lock (_lock)
            return _kinds.Remove(kind, out var lack) && lack.Told != Told.Nothing ? lack.Since : null;
    }

    /// <summary>Nothing is read for the application any more, so nothing is missing.</summary>
    public void Clear()
    {
        lock (_lock)
            _kinds.Clear();
    }

    private bool Add(string kind, TimeProvider clock, bool isContradiction)
    {
        lock (_lock)
        {
            if (!_kinds.TryGetValue(kind, out var lack))
                _kinds[kind] = lack = new Lack(clock.GetTimestamp());
            var news = isContradiction ? Told.Contradiction : Told.Lack;
            if (lack.Told >= news || (!isContradiction && clock.GetElapsedTime(lack.Since) < Patience))
                return false;
            lack.Told = news;
            return true;
        }
    }

    private enum Told
    {
        Nothing,
        Lack,
        Contradiction,
    }

    private sealed class Lack(long since)
    {
        public long Since => since;

        public Told Told { get; set; }
    }
}
