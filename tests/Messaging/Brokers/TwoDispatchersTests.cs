using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>Two processes deliver one outbox.</summary>
[NeedsServers]
public sealed class TwoDispatchersTests(PostgresServer postgres, RabbitMqServer rabbit)
{
    private static CancellationToken Cancel => Patience.Token;

    [Fact]
    public async Task Two_dispatchers_deliver_every_event_once_and_each_application_in_order()
    {
        const int Applications = 6;
        const int Count = 60;
        var received = new Received<EpochClosed>();
        using var settings = await TestSettings.OnServersAsync(postgres, rabbit);
        await using var first = await TestNode.StartAsync(
            settings,
            services => services.AddSingleton(received),
            RecordingConsumer<EpochClosed>.Add
        );
        await using var second = await TestNode.StartAsync(settings);
        await first.ConnectedAsync();
        await second.ConnectedAsync();

        // Each application's events are committed one after the other, now by this process and now by that one.
        await Task.WhenAll(
            Enumerable
                .Range(1, Applications)
                .Select(async application =>
                {
                    for (var epoch = 0; epoch < Count; epoch++)
                        await (((application + epoch) % 2 == 0) ? first : second).CommitAsync(Events.Closed(application, epoch));
                })
        );

        await received.UntilAsync(Applications * Count);
        await first.Outbox.WaitUntilEmptyAsync(Cancel);
        foreach (var events in received.Messages.GroupBy(message => message.Application))
            events.Select(message => (int)message.EpochIndex).ShouldBe(Enumerable.Range(0, Count));
        received.Messages.Count.ShouldBe(Applications * Count);
    }

    [Fact]
    public async Task What_one_dispatcher_leaves_at_its_stop_the_other_delivers_in_order()
    {
        const int Count = 300;
        var received = new Received<EpochClosed>();
        using var settings = await TestSettings.OnServersAsync(postgres, rabbit);
        await using var staying = await TestNode.StartAsync(
            settings,
            services => services.AddSingleton(received),
            RecordingConsumer<EpochClosed>.Add
        );
        await using var leaving = await TestNode.StartAsync(settings);
        await staying.ConnectedAsync();
        await leaving.ConnectedAsync();

        await leaving.CommitAsync([.. Enumerable.Range(0, Count).Select(epoch => Events.Closed(1, epoch))]);
        await leaving.StopAsync();

        await staying.Outbox.WaitUntilEmptyAsync(Cancel);
        while (received.Messages.DistinctBy(message => message.EpochIndex).Count() < Count)
            await received.UntilAsync(received.Messages.Count + 1);
        // The one that was on its way at the stop may come twice; consumers ignore the second.
        received.Messages.Select(message => (int)message.EpochIndex).Distinct().ShouldBe(Enumerable.Range(0, Count));
        received.Messages.Count.ShouldBeInRange(Count, Count + 1);
        (await staying.ReadAsync(db => db.DeadOutbox.CountAsync(Cancel))).ShouldBe(0);
    }
}
