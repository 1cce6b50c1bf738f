using Npgsql;

namespace Rollups.Persistence;

/// <summary>
/// Settings sent to the server with each connection, so that a process that hangs, or whose host is gone, cannot keep its locks: the server
/// ends its session.
/// </summary>
internal static class PostgresSession
{
    /// <summary>
    /// The server ends a transaction that is idle for this long, together with its session. The node computes before it opens a
    /// transaction, so a healthy one is far quicker.
    /// </summary>
    public static readonly TimeSpan IdleTransactionLimit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The session that holds leases sends a statement every five seconds; one that is silent for this long has lost its process.
    /// </summary>
    public static readonly TimeSpan SilentLeaseLimit = TimeSpan.FromSeconds(20);

    /// <summary>An option of the same name that the operator has set takes precedence.</summary>
    public static NpgsqlConnectionStringBuilder ForWork(NpgsqlConnectionStringBuilder connection) =>
        With(connection, "idle_in_transaction_session_timeout", IdleTransactionLimit);

    public static NpgsqlConnectionStringBuilder ForLeases(NpgsqlConnectionStringBuilder connection) =>
        With(connection, "idle_session_timeout", SilentLeaseLimit);

    private static NpgsqlConnectionStringBuilder With(NpgsqlConnectionStringBuilder connection, string setting, TimeSpan limit) =>
        // The later of two options applies, so the operator's come last.
        new(PostgresHosts.Of(connection).ConnectionString)
        {
            Options = $"-c {setting}={(long)limit.TotalMilliseconds} {connection.Options}".TrimEnd(),
        };
}
