using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Rollups.Persistence;

/// <summary>
/// The one place that says how loud EF Core is. Each of these failures reaches the caller as an exception, who repeats the work or reports
/// it in words that name the service and the application; EF Core's own record would only stand beside that, once for every attempt of an
/// outage.
/// </summary>
internal static class EntityFrameworkLogLevels
{
    /// <summary>Failures at debug, to be seen with <c>Logging:LogLevel:Microsoft.EntityFrameworkCore=Debug</c>.</summary>
    public static void FailuresAtDebug(WarningsConfigurationBuilder warnings) =>
        warnings.Log(
            (RelationalEventId.ConnectionError, LogLevel.Debug),
            (RelationalEventId.CommandError, LogLevel.Debug),
            (RelationalEventId.TransactionError, LogLevel.Debug),
            (CoreEventId.SaveChangesFailed, LogLevel.Debug),
            (CoreEventId.QueryIterationFailed, LogLevel.Debug)
        );
}
