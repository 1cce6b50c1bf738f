using System.Collections.Concurrent;

namespace Rollups.Advancer;

/// <summary>
/// Applications that this replica has given away so that the replicas own about as many each. Until the next sync is over it leaves them to
/// the others, whom each event of theirs and their own sync tell to take them; then to whoever comes first, for there may be no other any
/// more.
/// </summary>
/// <param name="clock">Tells the time.</param>
/// <param name="limit">Interval of the fallback sync.</param>
internal sealed class RelinquishedApplications(TimeProvider clock, TimeSpan limit)
{
    private readonly ConcurrentDictionary<int, long> _since = new();

    public void Add(int applicationId) => _since[applicationId] = clock.GetTimestamp();

    /// <summary>Whether the application is still left to the others.</summary>
    public bool Holds(int applicationId)
    {
        if (!_since.TryGetValue(applicationId, out var since))
            return false;
        if (clock.GetElapsedTime(since) < limit)
            return true;
        _since.TryRemove(applicationId, out _);
        return false;
    }
}
