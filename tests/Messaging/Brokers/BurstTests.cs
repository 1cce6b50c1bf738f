using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>A burst of events whose service is away.</summary>
[NeedsServers]
public sealed class BurstTests(PostgresServer postgres, RabbitMqServer rabbit)
{
    private const string Queue = "recorder-epochclosed";
    private const int Units = 40;
    private const int EventsPerUnit = 50;

    private static CancellationToken Cancel => Patience.Token;

    [Fact]
    public async Task A_burst_waits_in_the_queue_of_the_service_that_is_away_and_nothing_of_it_in_memory_or_outbox()
    {
        using var settings = await TestSettings.OnServersAsync(postgres, rabbit);
        // The queue and its binding, and nobody who takes from it.
        await Task.Run(
            async () =>
            {
                await using var once = await StartAsync(settings, new Received<EpochClosed>());
                await once.ConnectedAsync();
            },
            Cancel
        );
        await using (var node = await TestNode.StartAsync(settings))
        {
            await node.ConnectedAsync();
            await node.CommitAsync(Events.Closed(1, 0));
            await node.Outbox.WaitUntilEmptyAsync(Cancel);
            var memory = GC.GetTotalMemory(forceFullCollection: true);
            for (var unit = 0; unit < Units; unit++)
                await node.CommitAsync([
                    .. Enumerable.Range(0, EventsPerUnit).Select(i => Events.Closed(1 + (i % 8), 1 + (unit * EventsPerUnit) + i)),
                ]);
            await node.Outbox.WaitUntilEmptyAsync(Cancel);

            (GC.GetTotalMemory(forceFullCollection: true) - memory).ShouldBeLessThan(20_000_000);
            (await node.ReadAsync(db => db.DeadOutbox.CountAsync(Cancel))).ShouldBe(0);
            (await settings.Broker.PeekCountAsync(Queue, Cancel)).ShouldBe(1 + (Units * EventsPerUnit));
        }

        var received = new Received<EpochClosed>();
        await using var service = await StartAsync(settings, received);
        await received.UntilAsync(1 + (Units * EventsPerUnit));
        received
            .Messages.Select(message => (message.Application, message.EpochIndex))
            .Distinct()
            .Count()
            .ShouldBe(1 + (Units * EventsPerUnit));
    }

    private static Task<TestNode> StartAsync(TestSettings settings, Received<EpochClosed> received) =>
        TestNode.StartAsync(settings, services => services.AddSingleton(received), RecordingConsumer<EpochClosed>.Add);
}
