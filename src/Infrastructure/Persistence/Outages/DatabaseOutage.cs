using Microsoft.Extensions.Logging;

namespace Rollups.Persistence;

/// <summary>Logs the beginning and the end of a database outage, once each for the whole process.</summary>
internal sealed partial class DatabaseOutage(IDatabaseProvider database, TimeProvider clock, ILogger<DatabaseOutage> logger)
{
    private readonly Lock _lock = new();
    private volatile bool _isUnavailable;
    private bool _untilWritten;
    private long _began;
    private long? _ended;

    /// <summary>A database request failed.</summary>
    /// <param name="exception">The failure. It is marked if it belongs to the outage.</param>
    /// <param name="elapsed">Time since the request.</param>
    public void Failed(Exception exception, TimeSpan elapsed)
    {
        var failure = database.FailureOf(exception);
        if (failure is not (DatabaseFailure.Away or DatabaseFailure.Unwritable))
            return;
        LoggedOutage.Add(exception);
        lock (_lock)
        {
            _untilWritten |= _isUnavailable && failure is DatabaseFailure.Unwritable;
            // A request made before the last outage ended belongs to that outage.
            if (_isUnavailable || (_ended is { } ended && clock.GetElapsedTime(ended) < elapsed))
                return;
            _isUnavailable = true;
            _untilWritten = failure is DatabaseFailure.Unwritable;
            _began = clock.GetTimestamp();
        }

        LogBegan(logger, exception.Message);
    }

    /// <summary>The database has answered.</summary>
    /// <param name="elapsed">Time since the request.</param>
    /// <param name="written">Whether it accepted a write. A server that accepts none still answers reads.</param>
    public void Answered(TimeSpan elapsed, bool written)
    {
        if (!_isUnavailable)
            return;
        TimeSpan lasted;
        lock (_lock)
        {
            // A request from before the outage proves nothing.
            if (!_isUnavailable || (_untilWritten && !written) || clock.GetElapsedTime(_began) < elapsed)
                return;
            _isUnavailable = false;
            _ended = clock.GetTimestamp();
            lasted = clock.GetElapsedTime(_began);
        }

        LogEnded(logger, lasted);
    }

    [LoggerMessage(
        180,
        LogLevel.Warning,
        "The database is unavailable: {Error} Nothing is lost: open transactions roll back, and every service retries and "
            + "resumes when the database returns. Further failures of this outage are logged at debug."
    )]
    private static partial void LogBegan(ILogger logger, string error);

    [LoggerMessage(181, LogLevel.Information, "The database is available again, after {Lasted}.")]
    private static partial void LogEnded(ILogger logger, TimeSpan lasted);
}
