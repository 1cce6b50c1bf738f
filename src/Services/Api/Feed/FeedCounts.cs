using System.Runtime.InteropServices;
using Rollups.Domain;

namespace Rollups.Api.Feed;

/// <summary>
/// Counts the events of the last minute, second by second, so that the figures do not depend on how many events are kept in memory. It
/// needs the same memory at any rate of events.
/// </summary>
/// <param name="from">When counting begins: what was recorded before is missing.</param>
internal sealed class FeedCounts(DateTimeOffset from)
{
    private const int Seconds = 60;

    // Claims are counted by application too, as long as a second has no more applications than these.
    private const int MostApplications = 1024;

    private readonly Second[] _seconds = [.. Enumerable.Range(0, Seconds).Select(_ => new Second())];
    private DateTimeOffset _from = from;
    private bool _hasCounted;

    /// <summary>Counts an event.</summary>
    /// <param name="item">The event.</param>
    /// <param name="now">Time of this process. An event whose recorder is ahead of it counts as one of now.</param>
    public void Add(FeedItem item, DateTimeOffset now)
    {
        if (!_hasCounted && item.RecordedAt < _from)
            _from = item.RecordedAt;
        _hasCounted = true;
        var (at, current) = (item.RecordedAt.ToUnixTimeSeconds(), now.ToUnixTimeSeconds());
        at = Math.Min(at, current);
        if (at <= current - Seconds)
            return;
        var second = _seconds[at % Seconds];
        if (second.At != at)
            second.Begin(at);
        CollectionsMarshal.GetValueRefOrAddDefault(second.Kinds, item.Kind, out _)++;
        if (
            EventKinds.Claims.Contains(item.Kind)
            && (second.Claims.Count < MostApplications || second.Claims.ContainsKey(item.Application))
        )
            CollectionsMarshal.GetValueRefOrAddDefault(second.Claims, item.Application, out _)++;
    }

    /// <summary>Events before this one are missing.</summary>
    public void Miss(FeedItem next)
    {
        if (_from < next.RecordedAt)
            _from = next.RecordedAt;
        _hasCounted = true;
    }

    /// <summary>The last minute, in whole seconds with the current one.</summary>
    public FeedMinute Read(DateTimeOffset now)
    {
        var current = now.ToUnixTimeSeconds();
        var kinds = new Dictionary<string, int>();
        var claims = new Dictionary<Address, int>();
        foreach (var second in _seconds.Where(second => second.At > current - Seconds && second.At <= current))
        {
            foreach (var (kind, count) in second.Kinds)
                CollectionsMarshal.GetValueRefOrAddDefault(kinds, kind, out _) += count;
            foreach (var (application, count) in second.Claims)
                CollectionsMarshal.GetValueRefOrAddDefault(claims, application, out _) += count;
        }

        return new FeedMinute(kinds, claims, _from.ToUnixTimeSeconds() <= current - Seconds);
    }

    private sealed class Second
    {
        public long At { get; private set; }
        public Dictionary<string, int> Kinds { get; } = [];
        public Dictionary<Address, int> Claims { get; } = [];

        public void Begin(long at)
        {
            At = at;
            Kinds.Clear();
            Claims.Clear();
        }
    }
}
