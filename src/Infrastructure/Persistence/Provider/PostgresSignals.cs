using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Rollups.Persistence;

/// <summary>NOTIFY and LISTEN: PostgreSQL sends the signal with the commit, to every session that listens.</summary>
internal sealed class PostgresSignals(NpgsqlDataSource source) : IDatabaseSignals
{
    // A connection that hangs hears nothing and fails nothing, so it has to answer from time to time.
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(30);

    public Task SendAsync(RollupsDbContext db, string channel, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return db.Database.ExecuteSqlAsync($"SELECT pg_notify({channel}, '')", cancellationToken);
    }

    public async Task ListenAsync(string channel, Action heard, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, _) => heard();
        await ExecuteAsync(connection, $"LISTEN {channel}", cancellationToken);
        heard();
        try
        {
            while (true)
            {
                if (!await connection.WaitAsync(ProbeInterval, cancellationToken))
                    await ExecuteAsync(connection, "SELECT 1", cancellationToken);
            }
        }
        finally
        {
            // The pool hands the session on as it is.
            if (connection.State == ConnectionState.Open)
                await ExecuteAsync(connection, "UNLISTEN *", CancellationToken.None);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
