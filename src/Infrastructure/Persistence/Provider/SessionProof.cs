using System.Globalization;
using Npgsql;
using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>
/// Proves that a connection is a session of the server. A pooler in transaction mode gives each transaction another session: advisory
/// locks, which are the leases, stay with a session that another client uses next, and two processes believe that they own the same lease.
/// </summary>
internal static class SessionProof
{
    /// <summary>The message for the operator.</summary>
    public const string Refusal =
        "The address in Database:ConnectionString gives no session of its own to a connection, as a connection pooler in "
        + "transaction or statement mode does (PgBouncer's pool_mode), so several processes could hold the same lease: connect "
        + "the node to PostgreSQL itself, or set the pooler to session mode.";

    /// <summary>Proves it for a new connection.</summary>
    /// <exception cref="OperatorException">The connection is not a session.</exception>
    public static async Task RunAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var session = await source.OpenConnectionAsync(cancellationToken);
        await RunAsync(session, source, cancellationToken);
    }

    /// <summary>Proves it for a connection, while another one from <paramref name="others"/> competes for the same server.</summary>
    /// <returns>
    /// Whether the server itself answers: its process has the number that the connection was given. A pooler gives numbers of its own.
    /// </returns>
    /// <exception cref="OperatorException">The connection is not a session.</exception>
    public static async Task<bool> RunAsync(NpgsqlConnection session, NpgsqlDataSource others, CancellationToken cancellationToken)
    {
        var mark = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        var own = await ReadAsync(session, $"SELECT set_config('rollups.session', '{mark}', false) || {Backend}", cancellationToken);
        await using var other = await others.OpenConnectionAsync(cancellationToken);
        // Before the other one opens a transaction, because a pool of one would make this one wait for it.
        if (await ReadAsync(other, $"SELECT '{mark}' || {Backend}", cancellationToken) == own)
            throw new OperatorException(Refusal);
        await using var transaction = await other.BeginTransactionAsync(cancellationToken);
        await ReadAsync(other, $"SELECT {Backend}", cancellationToken);
        if (
            await ReadAsync(session, $"SELECT coalesce(current_setting('rollups.session', true), '') || {Backend}", cancellationToken)
            != own
        )
            throw new OperatorException(Refusal);
        return own!.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{mark} {session.ProcessID} "), StringComparison.Ordinal);
    }

    // The server's start time is included, because two of several hosts may use the same pid.
    private const string Backend = "' ' || pg_backend_pid() || ' ' || pg_postmaster_start_time()";

    private static async Task<string?> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }
}
