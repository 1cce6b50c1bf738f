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

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private const int MostTries = 60;

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
            await MigrateBesideServicesAsync(db, cancellationToken);
    }

    /// <summary>
    /// Services may run meanwhile. A migration that waits for a table makes everybody wait who comes after it, so it gives up soon and
    /// tries again; the same after a deadlock with a service.
    /// </summary>
    private async Task MigrateBesideServicesAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        // A statement that rewrites a big table may take longer than any other statement of the node may.
        db.Database.SetCommandTimeout(TimeSpan.Zero);
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await db.Database.ExecuteSqlRawAsync("SET lock_timeout = '2s'", cancellationToken);
            for (var tries = 1; ; tries++)
            {
                try
                {
                    await ApplyAsync(db, cancellationToken);
                    break;
                }
                catch (Exception exception) when (tries < MostTries && IsInTheWay(exception))
                {
                    await Task.Delay(BetweenTries, time, cancellationToken);
                }
            }

            // Only after a success: the process of a failed migration ends, and a second failure would hide the first one.
            await db.Database.ExecuteSqlRawAsync("RESET lock_timeout", cancellationToken);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private static bool IsInTheWay(Exception exception) =>
        (exception as PostgresException ?? exception.InnerException as PostgresException)?.SqlState
            is PostgresErrorCodes.LockNotAvailable
                or PostgresErrorCodes.DeadlockDetected;

    /// <summary>Where older builds run, their note comes first, so that one that must not go on does not start again.</summary>
    private async Task ApplyAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        if ((await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Any())
            await OlderBuilds.AdmitAsync(db, time.GetUtcNow(), cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        await OlderBuilds.AdmitAsync(db, time.GetUtcNow(), cancellationToken);
    }

    private async Task MigrateSqliteAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        CreateFolder(db.Database.GetDbConnection().DataSource);
        await database.EnsureUsableAsync(cancellationToken);
        if (!await IsBehindAsync(db, cancellationToken))
            return;
        await ReleaseAbandonedLockAsync(db, cancellationToken);
        await ApplyAsync(db, cancellationToken);
        // WAL lets readers work beside the writer. The file keeps the setting.
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
    }

    private static async Task<bool> IsBehindAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var pending = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any();
        var unknown = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations()).ToList();
        if (unknown.Count == 0 || (!pending && await OlderBuilds.IsAdmittedAsync(db, cancellationToken)))
            return pending;
        throw new OperatorException(
            $"The database {Describe(db)} has a newer schema than this build: it has {string.Join(", ", unknown)}, which "
                + $"this build does not know. Start the build that created it, or configure another database."
        );
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
