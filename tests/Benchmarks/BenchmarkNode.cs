using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Scheduling;

namespace Rollups.Benchmarks;

/// <summary>A node of a benchmark, set up as the real one is.</summary>
internal sealed class BenchmarkNode : IAsyncDisposable
{
    private readonly IHost _host;

    private BenchmarkNode(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IUnitOfWork Unit => Services.GetRequiredService<IUnitOfWork>();

    /// <summary>Builds and starts it, and waits for its bus. In a flow of its own: MassTransit's log context belongs to one host.</summary>
    public static Task<BenchmarkNode> StartAsync(
        Deployment deployment,
        Action<IServiceCollection, IConfiguration>? services = null,
        params (string Key, string Value)[] settings
    ) =>
        Task.Run(async () =>
        {
            var node = await BuildAsync(deployment, services, settings);
            await node._host.StartAsync();
            await node.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, CancellationToken.None);
            return node;
        });

    /// <summary>Builds it with its database migrated, and leaves its dispatcher off.</summary>
    public static Task<BenchmarkNode> BuildAsync(
        Deployment deployment,
        Action<IServiceCollection, IConfiguration>? services = null,
        params (string Key, string Value)[] settings
    ) =>
        Task.Run(async () =>
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder
                .Configuration.AddInMemoryCollection(deployment.Settings)
                .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
            builder.Services.AddLogging();
            builder.Services.AddRollupsPersistence(builder.Configuration);
            builder.Services.AddSingleton(new ChainIdentity(31337));
            services?.Invoke(builder.Services, builder.Configuration);
            builder.Services.AddFallbackSyncs();
            builder.Services.AddRollupsMessaging(builder.Configuration);
            var host = builder.Build();
            await host.Services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(CancellationToken.None);
            return new BenchmarkNode(host);
        });

    public async Task<T> ReadAsync<T>(Func<RollupsDbContext, Task<T>> read)
    {
        await using var scope = Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<RollupsDbContext>());
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
