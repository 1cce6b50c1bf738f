using Microsoft.Extensions.Logging;

namespace Rollups.Persistence;

/// <summary>Failures that are part of an outage already logged.</summary>
public static class LoggedOutage
{
    private const string Mark = "Rollups.LoggedOutage";

    /// <summary>
    /// Debug for such a failure, so that an outage is one sentence in the log however many attempts it costs; otherwise the given level.
    /// </summary>
    public static LogLevel LevelOf(Exception exception, LogLevel otherwise) =>
        Causes.Of(exception).Any(cause => cause.Data.Contains(Mark)) ? LogLevel.Debug : otherwise;

    internal static void Add(Exception exception) => exception.Data[Mark] = true;
}
