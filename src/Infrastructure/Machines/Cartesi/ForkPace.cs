namespace Rollups.Machines.Cartesi;

/// <summary>
/// When the next copy of the machine is due. A copy costs milliseconds, an input that is run again costs its time: so there is a copy per
/// batch of inputs, and one per input after a rejection; then the batches grow again.
/// </summary>
/// <param name="most">Most inputs of a batch.</param>
/// <param name="patience">Machine time after which the batch ends.</param>
internal sealed class ForkPace(int most, TimeSpan patience)
{
    // As many as allowed, until the first return.
    private int _batch = int.MaxValue;
    private int _inputs;
    private TimeSpan _ran;
    private bool _hasReturned;

    /// <summary>Whether the batch since the last copy is full.</summary>
    public bool IsDue => _inputs >= Math.Min(most, _batch) || _ran >= patience || _hasReturned;

    /// <summary>A copy was made.</summary>
    public void Forked()
    {
        if (_inputs > 0 && _batch < most)
            _batch *= 2;
        (_inputs, _ran, _hasReturned) = (0, TimeSpan.Zero, false);
    }

    /// <summary>An input was accepted.</summary>
    public void Accepted(TimeSpan ran) => (_inputs, _ran) = (_inputs + 1, _ran + ran);

    /// <summary>The machine had to return to a copy: the next input begins with a new one.</summary>
    public void Returned() => (_batch, _inputs, _ran, _hasReturned) = (1, 0, TimeSpan.Zero, true);
}
