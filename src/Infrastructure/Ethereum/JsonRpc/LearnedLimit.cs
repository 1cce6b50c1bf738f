namespace Rollups.Ethereum;

/// <summary>
/// How much an endpoint accepts in one request, learned from its refusals: halved on a refusal and doubled after some successes, so
/// that one dense range or one bad hour does not slow a node forever. A refused growth doubles the wait for the next one. Thread-safe.
/// </summary>
internal sealed class LearnedLimit
{
    // Full requests before the next growth: initially, and after growth has failed repeatedly.
    private const int FirstGrowth = 16;
    private const int RarestGrowth = 1024;

    private readonly Lock _lock = new();
    private readonly ulong _most;
    private ulong _size;
    private ulong _proven;
    private int _successes;
    private int _needed = FirstGrowth;

    /// <param name="most">Upper bound and initial value.</param>
    /// <param name="least">Lower bound.</param>
    public LearnedLimit(ulong most, ulong least) => (_most, _size, Least) = (most, most, least);

    /// <summary>Maximum size of one request.</summary>
    public ulong Size
    {
        get
        {
            lock (_lock)
                return _size;
        }
    }

    /// <summary>The largest request that is known to be accepted; 0 if none was yet.</summary>
    public ulong Proven
    {
        get
        {
            lock (_lock)
                return _proven;
        }
    }

    /// <summary>Requests never get smaller than this, whatever is refused.</summary>
    public ulong Least { get; }

    /// <summary>True if the endpoint has refused a request and has not accepted one this large since.</summary>
    public bool IsTrial(ulong size)
    {
        lock (_lock)
            return _size < _most && size > _proven;
    }

    /// <summary>A request of that size succeeded.</summary>
    public void Accepted(ulong size)
    {
        lock (_lock)
        {
            var hasGrown = size > _proven && _proven > 0;
            _proven = Math.Max(_proven, size);
            // A request below the limit proves nothing about larger ones.
            if (size < _size || _size >= _most)
                return;
            if (hasGrown)
                _needed = FirstGrowth;
            if (++_successes < _needed)
                return;
            _successes = 0;
            _size = _size > _most / 2 ? _most : _size * 2;
        }
    }

    /// <summary>A request of that size was refused, though a smaller one succeeded.</summary>
    public void Refused(ulong size)
    {
        lock (_lock)
        {
            if (_proven > 0 && size > _proven)
                _needed = Math.Min(_needed * 2, RarestGrowth);
            _size = Math.Min(_size, Math.Max(Least, size / 2));
            _proven = Math.Min(_proven, _size);
            _successes = 0;
        }
    }
}
