using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Contracts;
using Rollups.HopWork;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Nodes;

/// <summary>A process with a database and a bus, as the node sets them up.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly IHost _host;

    private TestNode(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IBus Bus => Services.GetRequiredService<IBus>();

    public IOutboxMonitor Outbox => Services.GetRequiredService<IOutboxMonitor>();

    private static CancellationToken Cancel => Patience.Token;

    /// <summary>
    /// Builds and starts a node. A host keeps the log context that it was started in; with a flow of its own, tests don't share one.
    /// </summary>
    public static Task<TestNode> StartAsync(
        TestSettings settings,
        Action<IServiceCollection>? services = null,
        Action<IBusRegistrationConfigurator>? bus = null
    ) =>
        Task.Run(async () =>
        {
            var node = await BuildAsync(settings, services, bus);
            await node.StartAsync();
            return node;
        });

    /// <summary>Builds a node that commits but does not deliver, like one that dies right after its commit.</summary>
    public static Task<TestNode> BuildAsync(
        TestSettings settings,
        Action<IServiceCollection>? services = null,
        Action<IBusRegistrationConfigurator>? bus = null
    ) =>
        Task.Run(async () =>
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Configuration.AddInMemoryCollection(settings.Values);
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(settings.Log);
            builder.Services.AddRollupsPersistence(builder.Configuration);
            builder.Services.AddSingleton(new ChainIdentity(31337));
            services?.Invoke(builder.Services);
            if (bus is not null)
                builder.Services.AddBusRegistration(bus);
            builder.Services.AddRollupsMessaging(builder.Configuration);
            var host = builder.Build();
            await host.Services.MigrateAsync(Cancel);
            return new TestNode(host);
        });

    public Task StartAsync() => Task.Run(() => _host.StartAsync(Cancel));

    public Task StopAsync() => _host.StopAsync(Cancel);

    /// <summary>The bus is connected, with its queues and their bindings.</summary>
    public Task ConnectedAsync() => Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Cancel);

    /// <summary>The first report of the health checks that is as wanted.</summary>
    public async Task<HealthReport> HealthAsync(Func<HealthReport, bool> wanted)
    {
        while (true)
        {
            var report = await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel);
            if (wanted(report))
                return report;
            await Task.Delay(50, Cancel);
        }
    }

    /// <summary>One unit of work that publishes the events.</summary>
    public Task CommitAsync(params IEpochEvent[] events) =>
        Services
            .GetRequiredService<IUnitOfWork>()
            .ExecuteAsync(
                async (scope, token) =>
                {
                    foreach (var happened in events)
                        await scope.Outbox().Publish((object)happened, token);
                    return 0;
                },
                Cancel
            );

    public async Task<T> ReadAsync<T>(Func<RollupsDbContext, Task<T>> read)
    {
        await using var scope = Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<RollupsDbContext>());
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
