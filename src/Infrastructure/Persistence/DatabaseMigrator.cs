using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Rollups.Settings;

namespace Rollups.Persistence;

/// <inheritdoc cref="IDatabaseMigrator" />
internal sealed class DatabaseMigrator(IServiceScopeFactory scopes, IDatabaseProvider database, TimeProvider time) : IDatabaseMigrator
{
    // Migrations take seconds. The lock row of a killed migration would otherwise block every later start.
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(2);

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        try
        {
            if (db.Database.IsNpgsql())
                await MigratePostgresAsync(db, scope.ServiceProvider.GetRequiredService<NpgsqlDataSource>(), cancellationToken);
            else
                await MigrateSqliteAsync(db, cancellationToken);
        }
        catch (Exception exception)
            when (exception is DbException or SocketException or TimeoutException or IOException or UnauthorizedAccessException
                || exception.InnerException is DbException
            )
        {
            var cause = exception is InvalidOperationException { InnerException: { } inner } ? inner : exception;
            throw new OperatorException(
                $"The database {Describe(db)} cannot be used: {cause.Message.TrimEnd('.')}. Check Database:ConnectionString{Remedy(db)}.",
                exception
            );
        }
    }

    private async Task MigratePostgresAsync(RollupsDbContext db, NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await PostgresMigrationLock.CreateDatabaseAsync(db.GetService<IRelationalDatabaseCreator>(), cancellationToken);
        await database.EnsureUsableAsync(cancellationToken);
        await using var _ = await PostgresMigrationLock.EnterAsync(source, cancellationToken);
        if (await IsBehindAsync(db, cancellationToken))
            await db.Database.MigrateAsync(cancellationToken);
    }

    private async Task MigrateSqliteAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        CreateFolder(db.Database.GetDbConnection().DataSource);
        await database.EnsureUsableAsync(cancellationToken);
        if (!await IsBehindAsync(db, cancellationToken))
            return;
        await ReleaseAbandonedLockAsync(db, cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        // WAL lets readers work beside the writer. The file keeps the setting.
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
    }

    private static async Task<bool> IsBehindAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        await EnsureNotNewerAsync(db, cancellationToken);
        return (await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any();
    }

    private static async Task EnsureNotNewerAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var unknown = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations()).ToList();
        if (unknown.Count > 0)
        {
            throw new OperatorException(
                $"The database {Describe(db)} has a newer schema than this build: it has {string.Join(", ", unknown)}, which "
                    + $"this build does not know. Start the build that created it, or configure another database."
            );
        }
    }

    private static void CreateFolder(string file)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
            Directory.CreateDirectory(folder);
    }

    private async Task ReleaseAbandonedLockAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var tables = await db
            .Database.SqlQuery<string>($"SELECT name FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsLock'")
            .ToListAsync(cancellationToken);
        if (tables.Count == 0)
            return;
        var now = time.GetUtcNow();
        var oldest = (now - AbandonedAfter).ToUnixTimeSeconds();
        // A time in the future shows that the machine's clock was set back since. The row would block every start until that time.
        var newest = (now + AbandonedAfter).ToUnixTimeSeconds();
        await db.Database.ExecuteSqlAsync(
            $"""DELETE FROM "__EFMigrationsLock" WHERE unixepoch("Timestamp") < {oldest} OR unixepoch("Timestamp") > {newest}""",
            cancellationToken
        );
    }

    // Without the user's name and password.
    private static string Describe(RollupsDbContext db)
    {
        var connection = db.Database.GetDbConnection();
        return connection is NpgsqlConnection ? $"'{connection.Database}' at {connection.DataSource}" : $"'{connection.DataSource}'";
    }

    private static string Remedy(RollupsDbContext db) =>
        db.Database.IsNpgsql() ? " and that the server is running and admits this user" : " and that the file can be written";
}
