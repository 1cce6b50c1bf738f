namespace Rollups.Api.Feed;

/// <summary>
/// The newest events of the log in memory, for all subscribers of the process. A subscriber only keeps its place in it, so a slow one
/// costs nothing here: once the ring has moved past its place, it reads the database.
/// </summary>
/// <param name="log">Name of the log.</param>
/// <param name="last">Number of its newest event; what follows is appended.</param>
/// <param name="capacity">Events that are kept at most.</param>
/// <param name="mostBytes">Bytes of events that are kept at most; the newest event is kept in any case.</param>
/// <param name="begun">Time of this process: events that are recorded from now on will all be appended.</param>
internal sealed class FeedRing(
    string log,
    long last,
    int capacity = 4096,
    long mostBytes = 16 * 1024 * 1024,
    DateTimeOffset begun = default
)
{
    /// <summary>
    /// Subscribers are woken group by group, so that a thousand of them do not stand before the pipeline's own work all at once.
    /// </summary>
    public const int Groups = 64;

    private readonly Lock _lock = new();
    private readonly Queue<FeedItem> _evictable = [];
    private readonly FeedCounts _counts = new(last == 0 ? default : begun);
    private readonly FeedItem?[] _items = new FeedItem?[capacity];
    private readonly TaskCompletionSource[] _next = [.. Enumerable.Range(0, Groups).Select(_ => NewSignal())];
    private long _first = last + 1;
    private long _last = last;
    private long _bytes;

    /// <summary>Name of the log.</summary>
    public string Log => log;

    /// <summary>Number of the newest event.</summary>
    public long Last => Interlocked.Read(ref _last);

    /// <summary>Number of the oldest event that is still in memory.</summary>
    public long First => Interlocked.Read(ref _first);

    /// <summary>Adds events in the order of their numbers. A gap means that the log was trimmed: what is before it goes.</summary>
    /// <param name="items">The events.</param>
    /// <param name="now">Time of this process.</param>
    public void Append(IEnumerable<FeedItem> items, DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var item in items)
            {
                if (item.Number <= _last)
                    continue;
                if (item.Number != _last + 1)
                {
                    _counts.Miss(item);
                    Clear(item.Number);
                }

                while (_evictable.Count == capacity || (_evictable.Count > 0 && _bytes + item.Frame.Length > mostBytes))
                    Evict();
                _items[item.Number % capacity] = item;
                _evictable.Enqueue(item);
                _bytes += item.Frame.Length;
                _counts.Add(item, now);
                Interlocked.Exchange(ref _last, item.Number);
            }
        }
    }

    /// <summary>Copies the events behind a place.</summary>
    /// <param name="after">Number of the last event that the reader has.</param>
    /// <param name="into">Receives them.</param>
    /// <returns>How many; -1 if the ring no longer has the next one.</returns>
    public int Read(long after, Span<FeedItem> into)
    {
        lock (_lock)
        {
            if (after >= _last)
                return 0;
            if (after + 1 < _first)
                return -1;
            var count = (int)Math.Min(into.Length, _last - after);
            for (var i = 0; i < count; i++)
                into[i] = _items[(after + 1 + i) % capacity]!;
            return count;
        }
    }

    /// <summary>All events in memory, the oldest first.</summary>
    public IReadOnlyList<FeedItem> Snapshot()
    {
        lock (_lock)
            return [.. _evictable];
    }

    /// <summary>Counts of the last minute, also of events that are no longer in memory.</summary>
    public FeedMinute LastMinute(DateTimeOffset now)
    {
        lock (_lock)
            return _counts.Read(now);
    }

    /// <summary>Ends at the group's next signal. Take it before <see cref="Read"/>.</summary>
    public Task Next(int group) => Volatile.Read(ref _next[group]).Task;

    /// <summary>Wakes the subscribers of a group.</summary>
    public void Signal(int group) => Interlocked.Exchange(ref _next[group], NewSignal()).TrySetResult();

    private void Clear(long first)
    {
        while (_evictable.Count > 0)
            Evict();
        Interlocked.Exchange(ref _first, first);
        Interlocked.Exchange(ref _last, first - 1);
    }

    private void Evict()
    {
        var oldest = _evictable.Dequeue();
        _items[oldest.Number % capacity] = null;
        _bytes -= oldest.Frame.Length;
        Interlocked.Exchange(ref _first, oldest.Number + 1);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
