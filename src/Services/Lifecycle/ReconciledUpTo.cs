using Rollups.Domain;

namespace Rollups.Lifecycle;

/// <summary>
/// How far back the next sync must search. Each search goes back only to the one before it. An application whose changes a search found
/// stays due, and is compared from where that search began, until its changes are reconciled: one that keeps failing does not make every
/// sync search the whole history. A new process searches everything once, because it does not know what happened while it was down.
/// The times compared are those of the processes that wrote the epochs, and the look-back covers what their clocks differ. A finished epoch
/// whose saga waits for its end is found whatever the clocks say (<see cref="LaggingEpochs"/>).
/// </summary>
internal sealed class ReconciledUpTo(TimeSpan lookBack)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Address, DateTimeOffset> _open = [];
    private DateTimeOffset _since = DateTimeOffset.UnixEpoch;

    /// <summary>A search must compare what changed at or after this time.</summary>
    public DateTimeOffset Since
    {
        get
        {
            lock (_lock)
                return _since;
        }
    }

    /// <summary>The run of an application must compare what changed at or after this time.</summary>
    public DateTimeOffset SinceOf(Address application)
    {
        lock (_lock)
            return _open.GetValueOrDefault(application, _since);
    }

    /// <summary>
    /// Records that a search begun at <paramref name="at"/> found these applications. Returns them with those that an earlier search
    /// found and that are not reconciled yet.
    /// </summary>
    public IReadOnlyCollection<Address> Found(DateTimeOffset at, IEnumerable<Address> found)
    {
        lock (_lock)
        {
            foreach (var application in found)
                _open.TryAdd(application, _since);
            // Also where the clock has gone back: what finishes from now on has times of the corrected clock.
            _since = at - lookBack;
            return [.. _open.Keys];
        }
    }

    /// <summary>Everything found for the application is reconciled.</summary>
    public void Done(Address application)
    {
        lock (_lock)
            _open.Remove(application);
    }
}
