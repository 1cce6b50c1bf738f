using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Rollups.Persistence;

/// <summary>
/// The one place that sets EF Core's log levels. Each of the failures reaches the caller as an exception; the caller retries the work or
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

    /// <summary>
    /// Logs at debug that a migration on SQLite has a statement that no transaction can hold. SQLite changes a table by rebuilding it, and
    /// EF Core switches foreign keys off meanwhile, by a PRAGMA between two transactions. The record would greet everybody at the first
    /// start, who can do nothing about it: a new file has no rows to lose, and docs/operate.md has the rule for one with rows.
    /// </summary>
    public static void RebuildsAtDebug(WarningsConfigurationBuilder warnings) =>
        warnings.Log((RelationalEventId.NonTransactionalMigrationOperationWarning, LogLevel.Debug));
}
