using System.Collections.Concurrent;

namespace Rollups.Advancer;

/// <summary>
/// Applications that this replica has relinquished to balance ownership. For one sync interval it does not take them back, so that
/// other replicas can, at their events or their sync. After that any replica may take them, because there may be no other.
/// </summary>
/// <param name="clock">Clock.</param>
/// <param name="limit">Interval of the fallback sync.</param>
internal sealed class RelinquishedApplications(TimeProvider clock, TimeSpan limit)
{
    private readonly ConcurrentDictionary<int, long> _since = new();

    public void Add(int applicationId) => _since[applicationId] = clock.GetTimestamp();

    /// <summary>Whether this replica still leaves the application to the others.</summary>
    public bool Contains(int applicationId)
    {
        if (!_since.TryGetValue(applicationId, out var since))
            return false;
        if (clock.GetElapsedTime(since) < limit)
            return true;
        _since.TryRemove(applicationId, out _);
        return false;
    }
}
