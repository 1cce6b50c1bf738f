using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.HopWork;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>Somebody purges the queues: the events are gone, their rows are not.</summary>
[NeedsServers]
public sealed class LostEventTests(PostgresServer postgres, RabbitMqServer rabbit)
{
    private const int Applications = 3;
    private const int Epochs = 4;

    private static CancellationToken Cancel => Patience.Token;

    [Fact]
    public async Task The_fallback_sync_moves_on_what_purged_events_had_announced_and_late_copies_change_nothing()
    {
        using var settings = await TestSettings.OnServersAsync(postgres, rabbit);
        // The queue and its binding, and nobody who takes from it.
        await Task.Run(() => OnceAsync(settings, "true"), Cancel);
        // Its sync is called by the test.
        await using var node = await StartAsync(settings, "false");
        await node.ConnectedAsync();
        var unit = node.Services.GetRequiredService<IUnitOfWork>();
        var ids = await ClosedEpochs.AddApplicationsAsync(unit, Applications, Cancel);
        for (var application = 1; application <= Applications; application++)
        {
            for (var epoch = 0; epoch < Epochs; epoch++)
                await ClosedEpochs.CloseAsync(unit, ids[application - 1], application, epoch, Cancel);
        }

        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        (await settings.Broker.PeekCountAsync(MoveClosedEpochsConsumer.Queue, Cancel)).ShouldBe(Applications * Epochs);
        await settings.Broker.PurgeAsync(MoveClosedEpochsConsumer.Queue, Cancel);

        var sync = node.Services.GetRequiredService<FallbackSync>();
        await sync.RunAsync(node.Services, Cancel);
        (await StatusesAsync(node)).ShouldAllBe(status => status == EpochStatus.InputsProcessed);

        // A copy that comes late after all.
        await unit.ExecuteAsync(
            async (scope, token) =>
            {
                await scope.Outbox().Publish(Events.Closed(1, 1), token);
                return 0;
            },
            Cancel
        );
        await Task.Run(() => OnceAsync(settings, "true", untilEmpty: true), Cancel);
        (await StatusesAsync(node)).Count.ShouldBe(Applications * Epochs);
    }

    /// <summary>A node that has lived for a moment.</summary>
    private static async Task OnceAsync(TestSettings settings, string events, bool untilEmpty = false)
    {
        await using var node = await StartAsync(settings, events);
        await node.ConnectedAsync();
        while (untilEmpty && await settings.Broker.PeekCountAsync(MoveClosedEpochsConsumer.Queue, Cancel) > 0)
            await Task.Delay(20, Cancel);
    }

    private static Task<TestNode> StartAsync(TestSettings settings, string events)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Services:Mover:Events", events)]).Build();
        return TestNode.StartAsync(
            settings,
            services => services.AddPendingWork<MoveClosedEpochs>("mover", configuration),
            bus =>
            {
                if (events == "true")
                    MoveClosedEpochsConsumer.Add(bus);
            }
        );
    }

    private static Task<List<EpochStatus>> StatusesAsync(TestNode node) =>
        node.ReadAsync(db => db.Epochs.Select(epoch => epoch.Status).ToListAsync(Cancel));
}
