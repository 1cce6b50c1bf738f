using Rollups.Domain;

namespace Rollups.Lifecycle;

/// <summary>
/// How far back the next sync must search. Advances only after everything that a search found is reconciled, so a failed run is found
/// again. A new process searches everything once, because it does not know what happened while it was down.
/// </summary>
internal sealed class ReconciledUpTo(TimeSpan lookBack)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Address> _open = [];
    private DateTimeOffset _searchedAt;
    private DateTimeOffset _since = DateTimeOffset.UnixEpoch;

    /// <summary>Changes from this time on must be compared.</summary>
    public DateTimeOffset Since
    {
        get
        {
            lock (_lock)
                return _since;
        }
    }

    /// <summary>Records that a search begun at <paramref name="at"/> found these applications.</summary>
    public void Found(DateTimeOffset at, IEnumerable<Address> found)
    {
        lock (_lock)
        {
            _searchedAt = at;
            _open.Clear();
            _open.UnionWith(found);
            Advance();
        }
    }

    /// <summary>Everything found for the application is reconciled.</summary>
    public void Done(Address application)
    {
        lock (_lock)
        {
            if (_open.Remove(application))
                Advance();
        }
    }

    private void Advance()
    {
        if (_open.Count == 0 && _searchedAt - lookBack > _since)
            _since = _searchedAt - lookBack;
    }
}
