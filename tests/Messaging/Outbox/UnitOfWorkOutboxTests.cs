using System.Diagnostics;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.HopWork;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Persistence;

namespace Rollups.Messaging.Tests.Outbox;

/// <summary>An event exists if and only if its change was committed.</summary>
public sealed class UnitOfWorkOutboxTests : IDisposable
{
    private readonly TestSettings _settings = TestSettings.Embedded();
    private readonly Received<EpochClosed> _received = new();

    private static CancellationToken Cancel => Patience.Token;

    public void Dispose() => _settings.Dispose();

    [Fact]
    public async Task A_unit_that_fails_publishes_nothing()
    {
        await using var node = await StartAsync();
        var unit = node.Services.GetRequiredService<IUnitOfWork>();
        await Should.ThrowAsync<InvalidOperationException>(() =>
            unit.ExecuteAsync<int>(
                async (scope, token) =>
                {
                    await scope.Outbox().Publish(Events.Closed(1, 1), token);
                    await scope.Db.SaveChangesAsync(token);
                    await scope.Outbox().Publish(Events.Closed(1, 2), token);
                    throw new InvalidOperationException("the change is illegal");
                },
                Cancel
            )
        );

        await node.CommitAsync(Events.Closed(1, 3));
        await _received.UntilAsync(1);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        _received.Messages.ShouldHaveSingleItem().EpochIndex.ShouldBe(3UL);
        _settings.Log.OfEvent(120).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_that_is_too_large_for_a_broker_is_refused_before_its_change_is_committed()
    {
        await using var node = await StartAsync();
        var refused = await Should.ThrowAsync<InvalidOperationException>(() =>
            node.CommitAsync(Events.Closed(1, 1), Events.Closed(1, 2) with { ApplicationName = new string('x', 1024 * 1024) })
        );
        refused.Message.ShouldStartWith("A message EpochClosed of 10");
        refused.Message.ShouldContain("at most 1048576.");
        await node.CommitAsync(Events.Closed(1, 3));
        await _received.UntilAsync(1);
        _received.Messages.ShouldHaveSingleItem().EpochIndex.ShouldBe(3UL);
    }

    [Fact]
    public async Task Committed_events_arrive_once_and_in_order_for_each_application()
    {
        await using var node = await StartAsync();
        const int Applications = 6;
        const int Units = 40;
        await Task.WhenAll(
            Enumerable
                .Range(1, Applications)
                .Select(async application =>
                {
                    for (var unit = 0; unit < Units; unit++)
                        await node.CommitAsync(
                            Events.Closed(application, 3 * unit),
                            Events.Closed(application, (3 * unit) + 1),
                            Events.Closed(application, (3 * unit) + 2)
                        );
                })
        );

        await _received.UntilAsync(Applications * Units * 3);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        foreach (var events in _received.Messages.GroupBy(message => message.Application))
            events.Select(message => (int)message.EpochIndex).ShouldBe(Enumerable.Range(0, Units * 3));
        _received.Messages.Count.ShouldBe(Applications * Units * 3);
    }

    [Fact]
    public async Task A_unit_is_repeated_after_a_race_for_a_key_and_publishes_once()
    {
        await using var node = await StartAsync();
        var attempts = 0;
        await node
            .Services.GetRequiredService<IUnitOfWork>()
            .ExecuteAsync(
                async (scope, token) =>
                {
                    await scope.Outbox().Publish(Events.Closed(1, 1), token);
                    if (attempts++ == 0)
                        throw new DbUpdateConcurrencyException("somebody was first");
                    return 0;
                },
                Cancel
            );
        await node.CommitAsync(Events.Closed(1, 2));
        await _received.UntilAsync(2);
        attempts.ShouldBe(2);
        _received.Messages.Select(message => message.EpochIndex).ShouldBe([1UL, 2UL]);
    }

    [Fact]
    public async Task Saving_without_a_transaction_wakes_the_dispatcher_as_well()
    {
        await using var node = await StartAsync();
        await using (var scope = node.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(Events.Closed(1, 1), Cancel);
            await scope.ServiceProvider.GetRequiredService<RollupsDbContext>().SaveChangesAsync(Cancel);
        }

        await _received.UntilAsync(1);
    }

    [Fact]
    public async Task Events_published_in_a_scope_that_is_never_saved_are_called_a_fault_of_the_program()
    {
        await using var node = await StartAsync();
        await using (var scope = node.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(Events.Closed(1, 1), Cancel);
        _settings.Log.OfEvent(120).ShouldHaveSingleItem().ShouldContain("EpochClosed");
    }

    [Fact]
    public async Task Ids_headers_and_trace_arrive_as_they_were_published()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        await using var node = await StartAsync();
        var correlation = NewId.NextGuid();
        var conversation = NewId.NextGuid();
        var initiator = NewId.NextGuid();
        var message = NewId.NextGuid();
        using var activity = new Activity("head").Start();
        await node
            .Services.GetRequiredService<IUnitOfWork>()
            .ExecuteAsync(
                async (scope, token) =>
                {
                    await scope
                        .Outbox()
                        .Publish(
                            Events.Closed(7, 1),
                            context =>
                            {
                                context.MessageId = message;
                                context.CorrelationId = correlation;
                                context.ConversationId = conversation;
                                context.InitiatorId = initiator;
                                context.ResponseAddress = new Uri("loopback://localhost/answers");
                                context.FaultAddress = new Uri("loopback://localhost/faults");
                                context.Headers.Set("X-App", "echo");
                                context.Headers.Set("X-Number", 42);
                            },
                            token
                        );
                    return 0;
                },
                Cancel
            );

        await _received.UntilAsync(1);
        var arrived = _received.Contexts[0];
        arrived.MessageId.ShouldBe(message);
        arrived.CorrelationId.ShouldBe(correlation);
        arrived.ConversationId.ShouldBe(conversation);
        arrived.InitiatorId.ShouldBe(initiator);
        arrived.ResponseAddress.ShouldBe(new Uri("loopback://localhost/answers"));
        arrived.FaultAddress.ShouldBe(new Uri("loopback://localhost/faults"));
        arrived.DestinationAddress!.Segments[^1].ShouldBe("epoch.closed");
        arrived.Headers.Get<string>("X-App").ShouldBe("echo");
        arrived.Headers.Get<int>("X-Number").ShouldBe(42);
        arrived.Headers.Get<string>("MT-Activity-Id").ShouldNotBeNull().ShouldContain(activity.TraceId.ToString());
        arrived.SentTime.ShouldNotBeNull();
        arrived.Message.ShouldBe(Events.Closed(7, 1) with { OccurredAt = arrived.Message.OccurredAt });
    }

    private Task<TestNode> StartAsync() =>
        TestNode.StartAsync(_settings, services => services.AddSingleton(_received), RecordingConsumer<EpochClosed>.Add);
}
