using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>What the last sweep saw of the outbox, as gauges; and the wait for its end.</summary>
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
            // Before the look: what is delivered during it ends the wait.
            var pulse = Volatile.Read(ref _pulse).Task;
            await using (var scope = _scopes.CreateAsyncScope())
            {
                if (!await scope.ServiceProvider.GetRequiredService<RollupsDbContext>().Outbox.AnyAsync(cancellationToken))
                    return;
            }

            await pulse.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Notes what a sweep saw.</summary>
    public void Report(long pending, TimeSpan oldest)
    {
        Interlocked.Exchange(ref _pending, pending);
        Volatile.Write(ref _oldestSeconds, oldest.TotalSeconds);
        // Another process may have delivered the rest.
        Pulse();
    }

    /// <summary>Tells those who wait that rows have gone.</summary>
    public void Pulse() => Interlocked.Exchange(ref _pulse, NewPulse()).TrySetResult();

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
