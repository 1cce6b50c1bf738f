namespace Rollups.Messaging;

/// <summary>
/// The time of day at its making, and from then on what has elapsed: whoever sets the machine's clock meanwhile changes nothing. For what
/// takes intervals and ages from times of day; what is stored or shown has the true time of day.
/// </summary>
/// <param name="clock">Whose timestamps and timers it uses.</param>
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
