using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Testing;

namespace Rollups.Persistence.Tests;

/// <summary>A fresh database with this build's schema, and services on it as a host has them.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly List<AsyncServiceScope> _scopes = [];
    private readonly ServiceProvider _services;
    private readonly bool _ownsFile;

    private TestDatabase(DatabaseKind kind, string connectionString, bool ownsFile)
    {
        _ownsFile = ownsFile;
        Kind = kind;
        ConnectionString = connectionString;
        _services = BuildServices(kind, connectionString);
    }

    public DatabaseKind Kind { get; }

    public string ConnectionString { get; }

    public IDatabaseProvider Provider => _services.GetRequiredService<IDatabaseProvider>();

    public IDatabaseMigrator Migrator => _services.GetRequiredService<IDatabaseMigrator>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind)
    {
        var database = await CreateEmptyAsync(kind);
        await database.Migrator.MigrateAsync(Token);
        return database;
    }

    /// <summary>Before the first migration.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync(DatabaseKind kind) =>
        new(kind, kind == DatabaseKind.Sqlite ? $"Data Source={NewFile()}" : await NewPostgresDatabaseAsync(), ownsFile: kind == DatabaseKind.Sqlite);

    /// <summary>Services of one more process on the same database.</summary>
    public TestDatabase Another() => new(Kind, ConnectionString, ownsFile: false);

    /// <summary>A context in a scope of its own, disposed with the database.</summary>
    public RollupsDbContext NewContext()
    {
        var scope = _services.CreateAsyncScope();
        _scopes.Add(scope);
        return scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var scope in _scopes)
            await scope.DisposeAsync();
        await _services.DisposeAsync();
        if (_ownsFile)
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(Path.GetDirectoryName(new SqliteConnectionStringBuilder(ConnectionString).DataSource)!, recursive: true);
        }
    }

    private static ServiceProvider BuildServices(DatabaseKind kind, string connectionString)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Database:Provider", kind == DatabaseKind.Sqlite ? "sqlite" : "postgresql"),
            new("Database:ConnectionString", connectionString),
        ]).Build();
        return new ServiceCollection().AddLogging().AddRollupsPersistence(configuration).BuildServiceProvider();
    }

    private static async Task<string> NewPostgresDatabaseAsync()
    {
        var server = await TestContext.Current.GetFixture<PostgresServer>() ?? throw new InvalidOperationException("The assembly has no PostgresServer.");
        return await server.CreateDatabaseAsync(Token);
    }

    private static string NewFile() => Path.Combine(Directory.CreateTempSubdirectory("rollups-persistence-").FullName, "rollups.db");
}
