namespace Rollups.Messaging;

/// <summary>
/// When the dispatcher sweeps the outbox: every second while anything waits there, and less and less often while nothing does. Every
/// process of the node sweeps all lanes, so that several find what one of them left sooner than one alone.
/// </summary>
internal sealed class OutboxSweepPace(TimeProvider clock) : IOutboxSight, IDisposable
{
    /// <summary>Pause while anything waits.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Pause of an idle node: the interval of the other fallbacks.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly PeriodicTimer _timer = new(Shortest, clock);
    private readonly Lock _lock = new();
    private TimeSpan _pause = Shortest;

    public void Dispose() => _timer.Dispose();

    /// <summary>Waits for the next sweep; false once disposed.</summary>
    public ValueTask<bool> NextAsync(CancellationToken cancellationToken) => _timer.WaitForNextTickAsync(cancellationToken);

    /// <summary>A message may wait that no commit will announce: the next sweep comes within a second.</summary>
    public void Hurry() => Set(_ => Shortest);

    /// <summary>A sweep has found the outbox empty.</summary>
    public void FoundNothing() => Set(pause => pause * 2 < Longest ? pause * 2 : Longest);

    /// <inheritdoc />
    public void Saw(bool isEmpty)
    {
        if (!isEmpty)
        {
            Hurry();
            return;
        }

        lock (_lock)
        {
            // Begins the longest pause anew. A shorter one goes on: its sweeps look at more than whether there is a message.
            if (_pause == Longest)
                _timer.Period = Longest;
        }
    }

    private void Set(Func<TimeSpan, TimeSpan> next)
    {
        lock (_lock)
        {
            var pause = next(_pause);
            if (pause == _pause)
                return;
            _pause = pause;
            // Begins a new pause.
            _timer.Period = pause;
        }
    }
}
