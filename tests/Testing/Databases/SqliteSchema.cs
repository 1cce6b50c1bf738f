using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Persistence;

namespace Rollups.Testing;

/// <summary>A test program migrates one SQLite file, and later hosts begin with a copy of it.</summary>
internal static class SqliteSchema
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static byte[]? _migrated;

    public static async Task MigrateAsync(IServiceProvider services, string file, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
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
