using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Rollups.Messaging;

/// <summary>
/// Not ready until the bus has been connected once with every receive endpoint, and so with its queues and their bindings: from then on
/// every published message reaches its queues. A broker that goes down later only degrades the node (MassTransit's own check reports it),
/// because the outbox keeps published messages.
/// </summary>
internal sealed class BusStartedCheck(IBusControl bus, TimeProvider clock) : BackgroundService, IHealthCheck, IReceiveEndpointObserver
{
    // A queue that is ready is looked at immediately; this only covers what no observer sees.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _ready = new(0);
    private const string Unconnected = "The bus has not been connected with all its queues yet.";
    private volatile bool _hasStarted;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            _hasStarted
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(
                    context.Registration.FailureStatus,
                    Unconnected,
                    data: HealthReason.Data(
                        Unconnected,
                        "See the check 'broker' and the log. The services work by their fallback syncs until the bus is connected."
                    )
                )
        );

    public override void Dispose()
    {
        base.Dispose();
        _ready.Dispose();
    }

    Task IReceiveEndpointObserver.Ready(ReceiveEndpointReady ready)
    {
        _ready.Release();
        return Task.CompletedTask;
    }

    Task IReceiveEndpointObserver.Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    Task IReceiveEndpointObserver.Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    Task IReceiveEndpointObserver.Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var observer = bus.ConnectReceiveEndpointObserver(this);
        while (bus.CheckHealth().Status != BusHealthStatus.Healthy)
        {
            using var look = new CancellationTokenSource(Look, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(look.Token, stoppingToken);
            await _ready.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stoppingToken.ThrowIfCancellationRequested();
        }

        _hasStarted = true;
        observer.Disconnect();
    }
}
