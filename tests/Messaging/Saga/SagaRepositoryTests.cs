using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Persistence;

namespace Rollups.Messaging.Tests.Saga;

public sealed class SagaRepositoryTests : IDisposable
{
    private const int Parallel = 32;

    private readonly TestSettings _settings = TestSettings.Embedded();
    private readonly Received<EpochInputsProcessed> _downstream = new();

    private static CancellationToken Cancel => Patience.Token;

    public void Dispose() => _settings.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Events_of_one_saga_handled_at_once_lose_no_change(bool withOutbox)
    {
        await using var node = await StartAsync(withOutbox);
        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => node.Bus.Publish(Events.Closed(1, 1), Cancel)));

        var saga = await UntilCountedAsync(node, Parallel);
        saga.Version.ShouldBe(Parallel);
        saga.CurrentState.ShouldBe("Opened");
        await _downstream.UntilAsync(Parallel);
    }

    [Fact]
    public async Task Copies_of_one_event_change_the_saga_once()
    {
        await using var node = await StartAsync(withOutbox: true);
        var id = NewId.NextGuid();
        await Task.WhenAll(
            Enumerable.Range(0, Parallel).Select(_ => node.Bus.Publish(Events.Closed(1, 1), context => context.MessageId = id, Cancel))
        );
        await node.Bus.Publish(Events.Closed(1, 1), Cancel);
        (await UntilCountedAsync(node, 2)).Version.ShouldBe(2);
        await _downstream.UntilAsync(2);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        _downstream.Messages.Count.ShouldBe(2);
    }

    private static async Task<EpochLifecycleState> UntilCountedAsync(TestNode node, int count)
    {
        while (true)
        {
            var saga = await node.ReadAsync(db => db.EpochLifecycles.AsNoTracking().SingleOrDefaultAsync(Cancel));
            if (saga?.RejectionReason?.Length >= count)
            {
                saga.RejectionReason.Length.ShouldBe(count);
                return saga;
            }

            await Task.Delay(5, Cancel);
        }
    }

    private Task<TestNode> StartAsync(bool withOutbox) =>
        TestNode.StartAsync(
            _settings,
            services => services.AddSingleton(_downstream),
            bus =>
            {
                if (withOutbox)
                    bus.AddSagaStateMachine<CountingStateMachine, EpochLifecycleState, CountingSagaDefinition>()
                        .EntityFrameworkRepository();
                else
                    bus.AddSagaStateMachine<CountingStateMachine, EpochLifecycleState, PlainSagaDefinition>().EntityFrameworkRepository();
                RecordingConsumer<EpochInputsProcessed>.Add(bus);
            }
        );
}
