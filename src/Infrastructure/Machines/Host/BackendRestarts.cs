namespace Rollups.Machines.Host;

/// <summary>The waits before a backend that has died is started again: they grow while it dies soon after each start.</summary>
internal sealed class BackendRestarts(TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // A backend that lived this long was sound when it started.
    private static readonly TimeSpan Sound = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private int _deaths;
    private long _started;
    private long _died;
    private TimeSpan _wait;

    /// <summary>Time until the next start is due; zero if it may start now.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_lock)
            {
                var left = _wait - clock.GetElapsedTime(_died);
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>The backend starts.</summary>
    public void Started()
    {
        lock (_lock)
            _started = clock.GetTimestamp();
    }

    /// <summary>The result of an input is stored.</summary>
    public void Progressed()
    {
        lock (_lock)
            _deaths = 0;
    }

    /// <summary>The backend has died; returns the wait before its next start.</summary>
    public TimeSpan Died()
    {
        lock (_lock)
        {
            _died = clock.GetTimestamp();
            if (clock.GetElapsedTime(_started) >= Sound)
                _deaths = 0;
            _wait = First * Math.Pow(2, Math.Min(_deaths++, 20));
            return _wait = _wait < Longest ? _wait : Longest;
        }
    }
}
