using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>The last sweep's figures of the outbox, as gauges, and the wait until it is empty.</summary>
internal sealed class OutboxMonitor : IOutboxMonitor
{
    private readonly IServiceScopeFactory _scopes;
    private readonly OutboxSweepPace _pace;
    private TaskCompletionSource _pulse = NewPulse();
    private long _pending;
    private double _oldestSeconds;

    public OutboxMonitor(IServiceScopeFactory scopes, OutboxSweepPace pace)
    {
        (_scopes, _pace) = (scopes, pace);
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

    public Task WaitUntilEmptyAsync(CancellationToken cancellationToken) =>
        WaitWhileAsync((db, token) => db.Outbox.AnyAsync(token), cancellationToken);

    public Task WaitUntilEmptyOfAsync(Address application, CancellationToken cancellationToken) =>
        WaitWhileAsync((db, token) => ApplicationOutbox.HasAnyOfAsync(db, application, token), cancellationToken);

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

    private async Task WaitWhileAsync(Func<RollupsDbContext, CancellationToken, Task<bool>> hasAny, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the query: a delivery during the query ends the wait.
            var pulse = Volatile.Read(ref _pulse).Task;
            await using (var scope = _scopes.CreateAsyncScope())
            {
                if (!await hasAny(scope.ServiceProvider.GetRequiredService<RollupsDbContext>(), cancellationToken))
                    return;
            }

            // Another process may deliver the rest, which only a sweep notices.
            _pace.Hurry();
            await pulse.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
