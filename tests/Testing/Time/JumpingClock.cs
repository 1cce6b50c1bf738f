namespace Rollups.Testing;

/// <summary>The machine's clock while its time is changed: the time of day jumps; elapsed time and timers continue.</summary>
public sealed class JumpingClock : TimeProvider
{
    private long _offset;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    /// <summary>Sets the clock forward, or back where it is negative.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
}
