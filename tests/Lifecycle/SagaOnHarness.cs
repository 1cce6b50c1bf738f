using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Lifecycle.Tests;

/// <summary>The state machine on MassTransit's in-memory harness, one message at a time, so that a test's order is the order.</summary>
public sealed class SagaOnHarness : IAsyncLifetime
{
    private readonly HandledMessages _handled = new();
    private ServiceProvider _services = null!;
    private ITestHarness _harness = null!;
    private long _epoch;

    public async ValueTask InitializeAsync()
    {
        _services = new ServiceCollection()
            .WithoutUsageTelemetry()
            .AddMassTransitTestHarness(
                TextWriter.Null,
                bus =>
                {
                    bus.SetInMemorySagaRepositoryProvider();
                    bus.AddSagaStateMachine<EpochLifecycleStateMachine, EpochLifecycleState>();
                    bus.AddConfigureEndpointsCallback((_, endpoint) => endpoint.ConcurrentMessageLimit = 1);
                }
            )
            .BuildServiceProvider(true);
        _harness = _services.GetRequiredService<ITestHarness>();
        await _harness.Start();
        _harness.Bus.ConnectConsumeObserver(_handled);
    }

    public async ValueTask DisposeAsync() => await _services.DisposeAsync();

    /// <summary>An epoch that no other test has used.</summary>
    public ulong NewEpoch() => (ulong)Interlocked.Increment(ref _epoch);

    /// <summary>
    /// Publishes the events in this order, waits until each is handled, and gives the saga as it then is; null when there is none.
    /// </summary>
    internal async Task<EpochLifecycleState?> TellAsync(params IEpochEvent[] events)
    {
        await _handled.PublishAsync(_harness.Bus, events, CancellationToken.None);
        var sagas = _harness.GetSagaStateMachineHarness<EpochLifecycleStateMachine, EpochLifecycleState>();
        return sagas.Sagas.Contains(EpochCorrelation.Id(events[0]));
    }

    /// <summary>True when the message ended in a fault.</summary>
    internal async Task<bool> FaultsAsync(IEpochEvent happened) =>
        !(await _handled.PublishAsync(_harness.Bus, [happened], CancellationToken.None)).Single();
}
