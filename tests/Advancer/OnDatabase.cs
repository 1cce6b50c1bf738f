using Rollups.Advancer.Tests.Hosts;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>Tests whose hosts share one database.</summary>
public abstract class OnDatabase : IAsyncLifetime
{
    private readonly List<ServiceHost> _hosts = [];
    private FreshDatabase? _database;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var host in _hosts)
            await host.DisposeAsync();
        _database?.Dispose();
    }

    /// <summary>The first host of a test, or one more process on the same database.</summary>
    private protected async Task<ServiceHost> HostAsync(DatabaseKind kind, params (string Key, string Value)[] settings)
    {
        _database ??= await FreshDatabase.CreateAsync(kind);
        var host = await AdvancerService.CreateAsync(_database, settings);
        _hosts.Add(host);
        return host;
    }
}
