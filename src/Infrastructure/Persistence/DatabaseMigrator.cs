using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Rollups.Persistence;

/// <inheritdoc cref="IDatabaseMigrator" />
internal sealed class DatabaseMigrator(IServiceScopeFactory scopes) : IDatabaseMigrator
{
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        try
        {
            await EnsureNotNewerAsync(db, cancellationToken);
            // Nothing pending: the migration lock is not touched, so a lock that a killed process left in a SQLite file cannot stop a start.
            if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
                await db.Database.MigrateAsync(cancellationToken);
        }
        catch (DbException exception)
        {
            throw new DatabaseException($"The database {Describe(db)} cannot be used ({exception.Message}). Check Database:ConnectionString and that the server is running.", exception);
        }
    }

    private static async Task EnsureNotNewerAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var unknown = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations()).ToList();
        if (unknown.Count > 0)
            throw new DatabaseException($"The database {Describe(db)} has a newer schema than this build: it knows nothing of {string.Join(", ", unknown)}. Start the build that made it, or give another database.");
    }

    private static string Describe(RollupsDbContext db)
    {
        var connection = db.Database.GetDbConnection();
        return connection is Npgsql.NpgsqlConnection ? $"'{connection.Database}' at {connection.DataSource}" : $"'{connection.DataSource}'";
    }
}
