namespace Rollups.Messaging;

/// <summary>
/// A clock that starts at the time of day and then advances by elapsed time, so setting the machine's clock does not affect it. Use it for
/// intervals and ages computed from times of day; stored and displayed times use the real clock.
/// </summary>
/// <param name="clock">Provides the timestamps and timers.</param>
public sealed class SteadyClock(TimeProvider clock) : TimeProvider
{
    private readonly DateTimeOffset _began = clock.GetUtcNow();
    private readonly long _timestamp = clock.GetTimestamp();

    /// <inheritdoc />
    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => _began + clock.GetElapsedTime(_timestamp);

    /// <inheritdoc />
    public override long GetTimestamp() => clock.GetTimestamp();

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
