using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Persistence;

namespace Rollups.Lifecycle.Tests;

/// <summary>The state machine on MassTransit's in-memory harness, one message at a time, so that a test's order is the order.</summary>
public sealed class SagaOnHarness : IAsyncLifetime
{
    private readonly Handled _handled = new();
    private ServiceProvider _services = null!;
    private ITestHarness _harness = null!;
    private long _epoch;

    public async ValueTask InitializeAsync()
    {
        _services = new ServiceCollection()
            .AddMassTransitTestHarness(TextWriter.Null, bus =>
            {
                bus.SetInMemorySagaRepositoryProvider();
                bus.AddSagaStateMachine<EpochLifecycleStateMachine, EpochLifecycleState>();
                bus.AddConfigureEndpointsCallback((_, endpoint) => endpoint.ConcurrentMessageLimit = 1);
            })
            .BuildServiceProvider(true);
        _harness = _services.GetRequiredService<ITestHarness>();
        await _harness.Start();
        _harness.Bus.ConnectConsumeObserver(_handled);
    }

    public async ValueTask DisposeAsync() => await _services.DisposeAsync();

    /// <summary>An epoch that no other test has used.</summary>
    public ulong NewEpoch() => (ulong)Interlocked.Increment(ref _epoch);

    /// <summary>Publishes the events in this order, waits until each is handled, and gives the saga as it then is; null when there is none.</summary>
    internal async Task<EpochLifecycleState?> TellAsync(params IEpochEvent[] events)
    {
        var ids = events.Select(_ => NewId.NextGuid()).ToArray();
        var all = Task.WhenAll(ids.Select(_handled.Of));
        foreach (var (happened, id) in events.Zip(ids))
            await _harness.Bus.Publish((object)happened, context => context.MessageId = id);
        await all;
        var sagas = _harness.GetSagaStateMachineHarness<EpochLifecycleStateMachine, EpochLifecycleState>();
        return sagas.Sagas.Contains(EpochCorrelation.Id(events[0]));
    }

    /// <summary>True when the message ended in a fault.</summary>
    internal async Task<bool> FaultsAsync(IEpochEvent happened)
    {
        var id = NewId.NextGuid();
        var handled = _handled.Of(id);
        await _harness.Bus.Publish((object)happened, context => context.MessageId = id);
        return !await handled;
    }

    private sealed class Handled : IConsumeObserver
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, TaskCompletionSource<bool>> _waiting = [];

        public Task<bool> Of(Guid messageId) =>
            _waiting.GetOrAdd(messageId, _ => new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public Task PreConsume<T>(ConsumeContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PostConsume<T>(ConsumeContext<T> context)
            where T : class => End(context, true);

        public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
            where T : class => End(context, false);

        private Task End(ConsumeContext context, bool succeeded)
        {
            if (context.MessageId is { } id && _waiting.TryRemove(id, out var waiting))
                waiting.SetResult(succeeded);
            return Task.CompletedTask;
        }
    }
}
