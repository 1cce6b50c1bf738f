using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Rollups.Messaging;

/// <summary>
/// Not ready until the bus has been connected once with every receive endpoint, and so with its queues and their bindings: from then on
/// every published message reaches its queues. A broker that goes down later only degrades the node (MassTransit's own check reports it),
/// because the outbox keeps published messages.
/// </summary>
internal sealed class BusStartedCheck(IBusControl bus) : BackgroundService, IHealthCheck
{
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken);
        _hasStarted = true;
    }
}
