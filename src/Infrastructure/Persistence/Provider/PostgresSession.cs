using Npgsql;

namespace Rollups.Persistence;

/// <summary>
/// What the server is told with each connection, so that a process that hangs, or whose host is gone, cannot keep what it holds: the server
/// ends its session.
/// </summary>
internal static class PostgresSession
{
    /// <summary>
    /// A transaction in which nothing is said for so long is rolled back with its session. Work is done before a transaction is open, so an
    /// honest one is far quicker.
    /// </summary>
    public static readonly TimeSpan IdleTransactionLimit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The session that holds leases says something every five seconds; one that is silent for so long has lost its process.
    /// </summary>
    public static readonly TimeSpan SilentLeaseLimit = TimeSpan.FromSeconds(20);

    /// <summary>Where the operator has set an option of the same name, that one holds.</summary>
    public static NpgsqlConnectionStringBuilder ForWork(NpgsqlConnectionStringBuilder connection) =>
        With(connection, "idle_in_transaction_session_timeout", IdleTransactionLimit);

    public static NpgsqlConnectionStringBuilder ForLeases(NpgsqlConnectionStringBuilder connection) =>
        With(connection, "idle_session_timeout", SilentLeaseLimit);

    private static NpgsqlConnectionStringBuilder With(NpgsqlConnectionStringBuilder connection, string setting, TimeSpan limit) =>
        // The later one of two holds, so the operator's come last.
        new(PostgresHosts.Of(connection).ConnectionString)
        {
            Options = $"-c {setting}={(long)limit.TotalMilliseconds} {connection.Options}".TrimEnd(),
        };
}
