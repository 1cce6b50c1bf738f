using Microsoft.Extensions.Logging;

namespace Rollups.Persistence;

/// <summary>Tells of an outage of the database when it begins, and of its end, once each for the whole process.</summary>
internal sealed partial class DatabaseOutage(IDatabaseProvider database, TimeProvider clock, ILogger<DatabaseOutage> logger)
{
    private readonly Lock _lock = new();
    private volatile bool _isAway;
    private bool _untilWritten;
    private long _began;
    private long? _ended;

    /// <summary>A database request failed.</summary>
    /// <param name="exception">Why. It is marked where it belongs to the outage.</param>
    /// <param name="elapsed">Time since the request.</param>
    public void Failed(Exception exception, TimeSpan elapsed)
    {
        var failure = database.FailureOf(exception);
        if (failure is not (DatabaseFailure.Away or DatabaseFailure.Unwritable))
            return;
        ToldOutage.Add(exception);
        lock (_lock)
        {
            _untilWritten |= _isAway && failure is DatabaseFailure.Unwritable;
            // A request made before the last outage ended belongs to that outage.
            if (_isAway || (_ended is { } ended && clock.GetElapsedTime(ended) < elapsed))
                return;
            _isAway = true;
            _untilWritten = failure is DatabaseFailure.Unwritable;
            _began = clock.GetTimestamp();
        }

        LogBegan(logger, exception.Message);
    }

    /// <summary>The database has answered.</summary>
    /// <param name="elapsed">Time since the request.</param>
    /// <param name="written">It took a write. A server that takes none goes on to answer reads.</param>
    public void Answered(TimeSpan elapsed, bool written)
    {
        if (!_isAway)
            return;
        TimeSpan lasted;
        lock (_lock)
        {
            // A request from before the outage proves nothing.
            if (!_isAway || (_untilWritten && !written) || clock.GetElapsedTime(_began) < elapsed)
                return;
            _isAway = false;
            _ended = clock.GetTimestamp();
            lasted = clock.GetElapsedTime(_began);
        }

        LogEnded(logger, lasted);
    }

    [LoggerMessage(
        180,
        LogLevel.Warning,
        "The database is away: {Error} Nothing is lost: what was open is rolled back, every service tries again and "
            + "goes on by itself when the database is back. Further failures of this outage are logged at debug."
    )]
    private static partial void LogBegan(ILogger logger, string error);

    [LoggerMessage(181, LogLevel.Information, "The database is back, after {Lasted}.")]
    private static partial void LogEnded(ILogger logger, TimeSpan lasted);
}
