using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Cli.Database;
using Rollups.Cli.Tests.Read;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Database;

/// <summary>A database with this build's schema, and how commands and the test reach it.</summary>
internal sealed class MigratedDatabase : IDisposable
{
    private readonly FreshDatabase _fresh;

    private MigratedDatabase(FreshDatabase fresh) => _fresh = fresh;

    /// <summary>The node's settings for it, as environment variables.</summary>
    public (string Name, string Value)[] Variables => StoredStory.VariablesOf(_fresh);

    public IConfigurationRoot Configuration => new ConfigurationBuilder().AddInMemoryCollection(_fresh.Settings).Build();

    public static async Task<MigratedDatabase> CreateAsync(DatabaseKind kind)
    {
        var database = new MigratedDatabase(await FreshDatabase.ToMigrateAsync(kind));
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddRollupsPersistence(database.Configuration)
            .BuildServiceProvider();
        await services.MigrateAsync(TestContext.Current.CancellationToken);
        return database;
    }

    public NodeDatabase Open() => NodeDatabase.Open(Configuration);

    public void Dispose() => _fresh.Dispose();
}
