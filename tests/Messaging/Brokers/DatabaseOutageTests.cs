using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>PostgreSQL crashes and is restarted while events come in.</summary>
[NeedsServers]
public sealed class DatabaseOutageTests(RabbitMqServer rabbit, RealServers servers) : IClassFixture<RealServers>
{
    private const int Count = 40;

    private static CancellationToken Cancel => Patience.Token;

    [Fact]
    public async Task Events_that_come_while_the_database_is_down_are_handled_after_it_and_no_error_queue_fills()
    {
        var postgres = await servers.PostgresAsync();
        var host = await rabbit.CreateVirtualHostAsync(Cancel);
        using var settings = TestSettings.OnServers(await PostgresServer.CreateDatabaseAsync(postgres, Cancel), host);
        var faults = new Received<Fault<EpochClosed>>();
        await using var node = await TestNode.StartAsync(
            settings,
            services => services.AddSingleton(faults),
            bus =>
            {
                bus.AddSagaStateMachine<CountingStateMachine, EpochLifecycleState, CountingSagaDefinition>().EntityFrameworkRepository();
                bus.AddConsumer<RecordingConsumer<Fault<EpochClosed>>>().Endpoint(endpoint => endpoint.Name = "recorder-faults");
            }
        );
        await node.ConnectedAsync();

        await postgres.HaltAsync(Cancel);
        for (var i = 0; i < Count; i++)
            await node.Bus.Publish(Events.Closed(1, 1), Cancel);
        // The first attempts have failed: the outage has been told of by now.
        while (settings.Log.OfEvent(180).Count == 0)
            await Task.Delay(50, Cancel);
        await postgres.ResumeAsync(Cancel);

        while (await LengthAsync(node) < Count)
            await Task.Delay(50, Cancel);
        (await LengthAsync(node)).ShouldBe(Count);
        (await host.PeekCountAsync("epoch-lifecycle-state_error", Cancel)).GetValueOrDefault().ShouldBe(0);
        faults.Messages.ShouldBeEmpty();
    }

    private static async Task<int> LengthAsync(TestNode node)
    {
        try
        {
            return (await node.ReadAsync(db => db.EpochLifecycles.AsNoTracking().SingleOrDefaultAsync(Cancel)))?.RejectionReason?.Length
                ?? 0;
        }
        catch (Exception exception) when (node.Services.GetRequiredService<IDatabaseProvider>().IsTransient(exception))
        {
            // A pooled connection that the crash has broken.
            return 0;
        }
    }
}
