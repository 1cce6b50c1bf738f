using Npgsql;

namespace Rollups.Persistence;

/// <summary>
/// Settings of each connection. Some are sent to the server, so that a process that hangs, or whose host is gone, cannot keep its locks:
/// the server ends its session.
/// </summary>
internal static class PostgresSession
{
    /// <summary>
    /// The server ends a transaction that is idle for this long, together with its session. The node computes before it opens a
    /// transaction, so a healthy one is far quicker.
    /// </summary>
    public static readonly TimeSpan IdleTransactionLimit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The session that holds leases sends a keepalive every five seconds; one that is silent for this long has lost its process.
    /// </summary>
    public static readonly TimeSpan SilentLeaseLimit = TimeSpan.FromSeconds(20);

    // More than the node has; each costs the server some ten kilobytes per connection.
    private const int PreparedStatements = 200;

    // Of each connection. A page of inputs or a batch of results takes a few reads or writes of the socket, in place of tens.
    private const int BufferBytes = 64 * 1024;

    /// <summary>An option of the same name that the operator has set takes precedence.</summary>
    public static NpgsqlConnectionStringBuilder ForWork(NpgsqlConnectionStringBuilder connection)
    {
        // The server parses each statement once per connection, but plans it for each execution: a plan that was made while a table was
        // empty would be kept while the node fills it.
        var work = With(
            connection,
            $"-c idle_in_transaction_session_timeout={Milliseconds(IdleTransactionLimit)} -c plan_cache_mode=force_custom_plan"
        );
        if (!connection.ShouldSerialize("Max Auto Prepare"))
            (work.MaxAutoPrepare, work.AutoPrepareMinUsages) = (PreparedStatements, 2);
        // No code of the node leaves a setting, a lock or a LISTEN in a session, so a reset with each use would only cost the server time.
        if (!connection.ShouldSerialize("No Reset On Close"))
            work.NoResetOnClose = true;
        if (!connection.ShouldSerialize("Read Buffer Size"))
            work.ReadBufferSize = BufferBytes;
        if (!connection.ShouldSerialize("Write Buffer Size"))
            work.WriteBufferSize = BufferBytes;
        return work;
    }

    public static NpgsqlConnectionStringBuilder ForLeases(NpgsqlConnectionStringBuilder connection) =>
        With(connection, $"-c idle_session_timeout={Milliseconds(SilentLeaseLimit)}");

    private static long Milliseconds(TimeSpan limit) => (long)limit.TotalMilliseconds;

    private static NpgsqlConnectionStringBuilder With(NpgsqlConnectionStringBuilder connection, string options) =>
        // The later of two options applies, so the operator's come last.
        new(PostgresHosts.Of(connection).ConnectionString) { Options = $"{options} {connection.Options}".TrimEnd() };
}
