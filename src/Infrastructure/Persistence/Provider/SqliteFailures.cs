using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using static Rollups.Persistence.DatabaseFailure;

namespace Rollups.Persistence;

/// <summary>The one table of SQLite's failures.</summary>
internal static class SqliteFailures
{
    private const int UniqueViolation = 2067;
    private const int PrimaryKeyViolation = 1555;

    private static readonly FailureRule Conflicting = new(Conflict, Stale.None, "two writers conflicted");

    // https://www.sqlite.org/rescode.html, the primary codes.
    private static readonly Dictionary<int, FailureRule> Table = new()
    {
        [3] = new(Away, Stale.None, "the file's permissions refuse the access"),
        [5] = new(Away, Stale.None, "another process has the file locked"),
        [6] = new(Away, Stale.None, "another connection has a table locked"),
        [7] = new(Away, Stale.None, "memory ran out"),
        [8] = new(Away, Stale.None, "the file accepts no writes"),
        [10] = new(Away, Stale.None, "the file system met an error"),
        [11] = new(Away, Stale.None, "the file is damaged"),
        [13] = new(Away, Stale.None, "the disk is full"),
        [14] = new(Away, Stale.None, "the file cannot be opened"),
        [15] = new(Away, Stale.None, "the file's locks are in disorder"),
        [26] = new(Away, Stale.None, "the file is not a database"),
    };

    /// <summary>The line for a failure, or null when it is no failure of the database.</summary>
    public static FailureRule? Of(Exception exception)
    {
        return Causes
            .Of(exception)
            .TakeWhile(cause => cause is not OperationCanceledException)
            .Select(cause =>
                cause switch
                {
                    DbUpdateConcurrencyException or SqliteException { SqliteExtendedErrorCode: UniqueViolation or PrimaryKeyViolation } =>
                        Conflicting,
                    SqliteException sqlite => Table.GetValueOrDefault(sqlite.SqliteErrorCode),
                    _ => null,
                }
            )
            .FirstOrDefault(rule => rule is not null);
    }
}
