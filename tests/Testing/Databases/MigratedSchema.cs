using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Persistence;

namespace Rollups.Testing;

/// <summary>
/// This build's schema in a host's empty database. A test program migrates one SQLite file, and each later host starts with a copy of it,
/// because a migration takes longer than most tests on SQLite. tests/Persistence tests the migrator itself.
/// </summary>
public static class SqliteSchema
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static byte[]? _migrated;

    /// <summary>
    /// Brings the host's database to this build's schema: by a copy where it is SQLite and has no file yet, else by the migrator.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task MigrateAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(services);
        await using var scope = services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<RollupsDbContext>().Database;
        var file = database.IsSqlite() ? database.GetDbConnection().DataSource : null;
        if (file is null || File.Exists(file))
        {
            await services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(cancellationToken);
            return;
        }

        await Gate.WaitAsync(cancellationToken);
        try
        {
            if (_migrated is { } migrated)
            {
                await File.WriteAllBytesAsync(file, migrated, cancellationToken);
                return;
            }

            await services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(cancellationToken);
            _migrated = await CopyAsync(file, cancellationToken);
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>The file with everything still in its log, by SQLite's own means.</summary>
    private static async Task<byte[]> CopyAsync(string file, CancellationToken cancellationToken)
    {
        var copy = file + ".schema";
        await using (var from = new SqliteConnection($"Data Source={file};Pooling=False"))
        await using (var to = new SqliteConnection($"Data Source={copy};Pooling=False"))
        {
            await from.OpenAsync(cancellationToken);
            await to.OpenAsync(cancellationToken);
            from.BackupDatabase(to);
        }

        var bytes = await File.ReadAllBytesAsync(copy, cancellationToken);
        SqliteFiles.Delete(copy);
        return bytes;
    }
}
