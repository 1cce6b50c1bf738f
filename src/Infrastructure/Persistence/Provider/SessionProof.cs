using System.Globalization;
using Npgsql;
using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>
/// Proves that a connection is a session of the server. A pooler in transaction mode gives each transaction another session: advisory
/// locks, which are the leases, stay there with whoever comes next, and two processes believe to own the same thing.
/// </summary>
internal static class SessionProof
{
    /// <summary>What the operator reads.</summary>
    public const string Refusal =
        "The address in Database:ConnectionString gives no session of its own to a connection, as a connection pooler in transaction or "
        + "statement mode does (PgBouncer's pool_mode), "
        + "so a lease would not be held by one process alone: point the node at PostgreSQL itself, or set the pooler to session mode.";

    /// <summary>Proves it of a new connection.</summary>
    /// <exception cref="OperatorException">It is none.</exception>
    public static async Task RunAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var session = await source.OpenConnectionAsync(cancellationToken);
        await RunAsync(session, source, cancellationToken);
    }

    /// <summary>Proves it of a connection, while another one from <paramref name="others"/> competes for the same server.</summary>
    /// <exception cref="OperatorException">It is none.</exception>
    public static async Task RunAsync(NpgsqlConnection session, NpgsqlDataSource others, CancellationToken cancellationToken)
    {
        var mark = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        var own = await ReadAsync(session, $"SELECT set_config('rollups.session', '{mark}', false) || {Backend}", cancellationToken);
        await using var other = await others.OpenConnectionAsync(cancellationToken);
        // Before the other one has a transaction open: a pool of one would keep this one waiting for it.
        if (await ReadAsync(other, $"SELECT '{mark}' || {Backend}", cancellationToken) == own)
            throw new OperatorException(Refusal);
        await using var transaction = await other.BeginTransactionAsync(cancellationToken);
        await ReadAsync(other, $"SELECT {Backend}", cancellationToken);
        if (
            await ReadAsync(session, $"SELECT coalesce(current_setting('rollups.session', true), '') || {Backend}", cancellationToken)
            != own
        )
            throw new OperatorException(Refusal);
    }

    // Of which server too: two of several hosts may have the same pid.
    private const string Backend = "' ' || pg_backend_pid() || ' ' || pg_postmaster_start_time()";

    private static async Task<string?> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }
}
