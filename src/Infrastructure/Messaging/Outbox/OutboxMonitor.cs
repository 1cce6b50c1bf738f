using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>The last sweep's figures of the outbox, as gauges, and the wait until it is empty.</summary>
internal sealed class OutboxMonitor : IOutboxMonitor
{
    private readonly IServiceScopeFactory _scopes;
    private TaskCompletionSource _pulse = NewPulse();
    private long _pending;
    private double _oldestSeconds;

    public OutboxMonitor(IServiceScopeFactory scopes)
    {
        _scopes = scopes;
        Telemetry.Meter.CreateObservableGauge(
            "rollups.outbox.pending",
            () => new Measurement<long>(Interlocked.Read(ref _pending)),
            "{message}",
            "Messages waiting in the outbox"
        );
        Telemetry.Meter.CreateObservableGauge(
            "rollups.outbox.age",
            () => new Measurement<double>(Volatile.Read(ref _oldestSeconds)),
            "s",
            "Age of the oldest message in the outbox"
        );
    }

    public async Task WaitUntilEmptyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the query: a delivery during the query ends the wait.
            var pulse = Volatile.Read(ref _pulse).Task;
            await using (var scope = _scopes.CreateAsyncScope())
            {
                if (!await scope.ServiceProvider.GetRequiredService<RollupsDbContext>().Outbox.AnyAsync(cancellationToken))
                    return;
            }

            await pulse.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Records the figures of a sweep.</summary>
    public void Report(long pending, TimeSpan oldest)
    {
        Interlocked.Exchange(ref _pending, pending);
        Volatile.Write(ref _oldestSeconds, oldest.TotalSeconds);
        // Another process may have delivered the rest.
        Pulse();
    }

    /// <summary>Notifies waiting callers that rows were deleted.</summary>
    public void Pulse() => Interlocked.Exchange(ref _pulse, NewPulse()).TrySetResult();

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
