using System.Collections.Concurrent;

namespace Rollups.Ethereum.Tests.JsonRpc;

/// <summary>
/// Keeps what it is asked to wait for, and lets it be over at once. A timeout of the given length comes at once where every call is to
/// time out, else with <see cref="TimeOut"/>.
/// </summary>
internal sealed class ImpatientClock(TimeSpan timeout, bool timesOut) : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private readonly ConcurrentDictionary<Timer, byte> _timeouts = new();

    /// <summary>The waits since the last time, in order, without the timeouts.</summary>
    public IReadOnlyList<TimeSpan> Take()
    {
        var taken = _waits.ToList();
        _waits.Clear();
        return taken;
    }

    /// <summary>Lets every timeout pass that runs now.</summary>
    public void TimeOut()
    {
        foreach (var timer in _timeouts.Keys)
            timer.Pass();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(ImpatientClock clock, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // A timer without a time is one that is not set yet.
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            if (dueTime == clock.TimeoutLength && !clock.TimesOut)
            {
                clock._timeouts.TryAdd(this, 0);
                return true;
            }

            if (dueTime != clock.TimeoutLength)
                clock._waits.Enqueue(dueTime);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
            return true;
        }

        public void Pass()
        {
            if (clock._timeouts.TryRemove(this, out _))
                callback(state);
        }

        public void Dispose() => clock._timeouts.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private TimeSpan TimeoutLength => timeout;

    private bool TimesOut => timesOut;
}
