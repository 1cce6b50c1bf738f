using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Rollups.Persistence;

/// <summary>
/// The one place that sets EF Core's log levels. Each of these failures reaches the caller as an exception; the caller retries the work or
/// logs a sentence that names the service and the application. EF Core's own record would only duplicate that, once per attempt of an
/// outage.
/// </summary>
internal static class EntityFrameworkLogLevels
{
    /// <summary>Logs failures at debug, visible with <c>Logging:LogLevel:Microsoft.EntityFrameworkCore=Debug</c>.</summary>
    public static void FailuresAtDebug(WarningsConfigurationBuilder warnings) =>
        warnings.Log(
            (RelationalEventId.ConnectionError, LogLevel.Debug),
            (RelationalEventId.CommandError, LogLevel.Debug),
            (RelationalEventId.TransactionError, LogLevel.Debug),
            (CoreEventId.SaveChangesFailed, LogLevel.Debug),
            (CoreEventId.QueryIterationFailed, LogLevel.Debug)
        );
}
