namespace Rollups.EvmReader.Facts;

/// <summary>
/// The facts of one application that L1 does not return, each with the time since when. Written by the pass, read by the health check:
/// safe for concurrent use. Times are timestamps of the monotonic clock.
/// </summary>
internal sealed class MissingFacts
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Missing> _facts = [];

    /// <summary>Since when the longest missing fact has been missing; null if none is.</summary>
    public long? Since
    {
        get
        {
            lock (_lock)
                return _facts.Count == 0 ? null : _facts.Values.Min(missing => missing.Since);
        }
    }

    /// <summary>A fact could not be read.</summary>
    /// <param name="what">The fact.</param>
    /// <param name="cause">The kind of failure: each one is worth a warning.</param>
    /// <param name="now">The time.</param>
    public MissingFactNews Add(string what, string cause, long now)
    {
        lock (_lock)
        {
            if (!_facts.TryGetValue(what, out var missing))
            {
                _facts[what] = new Missing(now);
                return MissingFactNews.First;
            }

            if (missing.Warned == cause)
                return MissingFactNews.None;
            missing.Warned = cause;
            return MissingFactNews.Lasting;
        }
    }

    /// <summary>A fact was read. Returns since when it was missing, if there was a warning about it.</summary>
    public long? Remove(string what)
    {
        lock (_lock)
            return _facts.Remove(what, out var missing) && missing.Warned is not null ? missing.Since : null;
    }

    /// <summary>Nothing is read for the application any more, so nothing is missing.</summary>
    public void Clear()
    {
        lock (_lock)
            _facts.Clear();
    }

    private sealed class Missing(long since)
    {
        public long Since => since;

        public string? Warned { get; set; }
    }
}
