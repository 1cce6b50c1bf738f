using Rollups.Advancer.Tests.Hosts;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>Tests whose hosts share one database.</summary>
public abstract class OnDatabase : IAsyncLifetime
{
    private readonly List<ServiceHost> _hosts = [];
    private FreshDatabase? _database;

    /// <summary>Where the hosts store machines, unless a test gives them other folders.</summary>
    private protected string SnapshotFolder { get; } = Directory.CreateTempSubdirectory("rollups-snapshots-").FullName;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var host in _hosts)
            await host.DisposeAsync();
        _database?.Dispose();
        Directory.Delete(SnapshotFolder, recursive: true);
    }

    /// <summary>The first host of a test, or one more process on the same database.</summary>
    private protected async Task<ServiceHost> HostAsync(DatabaseKind kind, params (string Key, string Value)[] settings)
    {
        _database ??= await FreshDatabase.ToMigrateAsync(kind);
        var host = await AdvancerService.CreateAsync(_database, [("Services:Advancer:SnapshotFolder", SnapshotFolder), .. settings]);
        _hosts.Add(host);
        return host;
    }
}
