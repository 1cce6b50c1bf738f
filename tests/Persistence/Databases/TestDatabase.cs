using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Rollups.Persistence.Tests;

/// <summary>A fresh database with this build's schema, and services on it as a host has them.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly List<AsyncServiceScope> _scopes = [];
    private readonly ServiceProvider _services;
    private readonly FreshDatabase _database;
    private readonly bool _isOwner;

    private TestDatabase(FreshDatabase database, bool isOwner)
    {
        (_database, _isOwner) = (database, isOwner);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(database.Settings).Build();
        _services = new ServiceCollection().AddLogging().AddRollupsPersistence(configuration).BuildServiceProvider();
    }

    public DatabaseKind Kind => _database.Kind;

    public string ConnectionString => _database.ConnectionString;

    public IDatabaseProvider Provider => _services.GetRequiredService<IDatabaseProvider>();

    public IDatabaseMigrator Migrator => _services.GetRequiredService<IDatabaseMigrator>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind)
    {
        var database = new TestDatabase(await FreshDatabase.ToMigrateAsync(kind), isOwner: true);
        await database._services.MigrateAsync(Token);
        return database;
    }

    /// <summary>Before the first migration.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync(DatabaseKind kind) =>
        new(await FreshDatabase.CreateAsync(kind), isOwner: true);

    /// <summary>Services of one more process on the same database.</summary>
    public TestDatabase Another() => new(_database, isOwner: false);

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
        if (_isOwner)
            _database.Dispose();
    }
}
