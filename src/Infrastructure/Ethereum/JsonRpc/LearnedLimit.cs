namespace Rollups.Ethereum;

/// <summary>
/// How much an endpoint takes in one request, learned from what it refuses: half of that, and twice as much again after some successes, so
/// that one dense stretch or one bad hour does not slow a node for ever. A growth that is refused makes the next one wait twice as long.
/// For many threads.
/// </summary>
internal sealed class LearnedLimit
{
    // Full requests before the next growth: at first, and where growing has failed again and again.
    private const int FirstGrowth = 16;
    private const int RarestGrowth = 1024;

    private readonly Lock _lock = new();
    private readonly ulong _most;
    private ulong _size;
    private ulong _proven;
    private int _successes;
    private int _needed = FirstGrowth;

    /// <param name="most">Most that is ever asked for; where it begins.</param>
    /// <param name="least">It never becomes smaller than this.</param>
    public LearnedLimit(ulong most, ulong least) => (_most, _size, Least) = (most, most, least);

    /// <summary>What to ask for in one request, at most.</summary>
    public ulong Size
    {
        get
        {
            lock (_lock)
                return _size;
        }
    }

    /// <summary>Below this nothing is asked for, whatever is refused.</summary>
    public ulong Least { get; }

    /// <summary>True where the endpoint has refused something, and was never seen to take as much as this since.</summary>
    public bool IsTrial(ulong size)
    {
        lock (_lock)
            return _size < _most && size > _proven;
    }

    /// <summary>A request of that size had its answer.</summary>
    public void Took(ulong size)
    {
        lock (_lock)
        {
            var hasGrown = size > _proven && _proven > 0;
            _proven = Math.Max(_proven, size);
            // Less than the limit was asked for: that says nothing about more.
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

    /// <summary>A request of that size was refused, though a smaller one had its answer.</summary>
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
