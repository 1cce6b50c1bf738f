using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Rollups.Persistence;

/// <summary>
/// Lets one process migrate at a time. EF Core's own lock is a table lock that ends with each migration's transaction, so two processes
/// could both apply the second migration.
/// </summary>
internal sealed class PostgresMigrationLock : IAsyncDisposable
{
    private const string Key = "hashtextextended('rollups-migrations', 0)";

    private readonly NpgsqlConnection _connection;

    private PostgresMigrationLock(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Waits for the lock.</summary>
    public static async Task<PostgresMigrationLock> EnterAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({Key})", connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return new PostgresMigrationLock(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await using (_connection)
        {
            await using var command = new NpgsqlCommand($"SELECT pg_advisory_unlock({Key})", _connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Creates the database if it does not exist.</summary>
    public static async Task CreateDatabaseAsync(IRelationalDatabaseCreator creator, CancellationToken cancellationToken)
    {
        try
        {
            if (!await creator.ExistsAsync(cancellationToken))
                await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another starting process was faster.
        }
    }
}
