using Microsoft.Data.Sqlite;
using Xunit;

namespace Rollups.Testing;

/// <summary>An empty database for one test. On PostgreSQL it needs the assembly fixture <see cref="PostgresServer"/>.</summary>
public sealed class FreshDatabase : IDisposable
{
    private readonly string? _folder;

    private FreshDatabase(DatabaseKind kind, string connectionString, string? folder) =>
        (Kind, ConnectionString, _folder) = (kind, connectionString, folder);

    /// <summary>What it runs on.</summary>
    public DatabaseKind Kind { get; }

    /// <summary>Everything needed to connect.</summary>
    public string ConnectionString { get; }

    /// <summary>The section <c>Database</c> of a host's configuration.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
        [
            new("Database:Provider", Kind == DatabaseKind.Sqlite ? "sqlite" : "postgresql"),
            new("Database:ConnectionString", ConnectionString),
        ];

    /// <summary>Creates one, before the first migration.</summary>
    public static async Task<FreshDatabase> CreateAsync(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Sqlite)
        {
            var folder = Directory.CreateTempSubdirectory("rollups-test-").FullName;
            return new FreshDatabase(kind, $"Data Source={Path.Combine(folder, "rollups.db")}", folder);
        }

        return await CreateAsync(
            await TestContext.Current.GetFixture<PostgresServer>()
                ?? throw new InvalidOperationException("The assembly has no PostgresServer.")
        );
    }

    /// <summary>One that the migration of a host creates, with this build's schema (<see cref="MigratedSchema"/>).</summary>
    public static async Task<FreshDatabase> ToMigrateAsync(DatabaseKind kind) =>
        kind == DatabaseKind.Sqlite
            ? await CreateAsync(kind)
            : await ToMigrateAsync(
                await TestContext.Current.GetFixture<PostgresServer>()
                    ?? throw new InvalidOperationException("The assembly has no PostgresServer.")
            );

    /// <summary>The same on that server.</summary>
    public static async Task<FreshDatabase> ToMigrateAsync(PostgresServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var connectionString = await server.NameDatabaseAsync(TestContext.Current.CancellationToken);
        return new FreshDatabase(DatabaseKind.Postgresql, connectionString, null);
    }

    /// <summary>Creates one on that server, before the first migration.</summary>
    public static async Task<FreshDatabase> CreateAsync(PostgresServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var connectionString = await server.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        return new FreshDatabase(DatabaseKind.Postgresql, connectionString, null);
    }

    /// <summary>Deletes the file; a database of the server goes with the server.</summary>
    public void Dispose()
    {
        if (_folder is null)
            return;
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
