using System.Collections.Concurrent;
using System.Data.Common;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Persistence;

namespace Rollups.Messaging.Tests.Outbox;

/// <summary>A consumer behind <c>UseEntityFrameworkOutbox</c>: inbox, state and what it publishes are one transaction.</summary>
public sealed class InboxTests : IDisposable
{
    private readonly TestSettings _settings = TestSettings.Embedded();
    private readonly Script _script = new();
    private readonly Received<EpochInputsProcessed> _downstream = new();
    private readonly Received<Fault<EpochClosed>> _faults = new();

    private static CancellationToken Cancel => Patience.Token;

    public void Dispose() => _settings.Dispose();

    [Fact]
    public async Task Copies_of_one_message_delivered_at_once_have_one_effect()
    {
        _script.Run = (context, publish, _) => publish.Publish(Events.Processed(context.Message), Cancel);
        await using var node = await StartAsync();
        var id = NewId.NextGuid();
        var queue = await node.Bus.GetSendEndpoint(ScriptedConsumerDefinition.Queue);
        await Task.WhenAll(
            Enumerable.Range(0, 15).Select(_ => queue.Send(Events.Closed(1, 1), context => context.MessageId = id, Cancel))
        );
        await queue.Send(Events.Closed(1, 2), Cancel);

        await _downstream.UntilAsync(2);
        await UntilHandledAsync(node, 2);
        _script.Runs.ShouldBe(2);
        _downstream.Messages.Select(message => message.EpochIndex).ShouldBe([1UL, 2UL], ignoreOrder: true);
    }

    [Fact]
    public async Task A_fault_after_publishing_leaves_nothing_behind_and_the_attempt_that_succeeds_publishes_once()
    {
        _script.Run = async (context, publish, run) =>
        {
            await publish.Publish(Events.Processed(context.Message), Cancel);
            if (run <= 2)
                throw new InvalidOperationException("not yet");
        };
        await using var node = await StartAsync();
        await node.Bus.Publish(Events.Closed(1, 1), Cancel);
        await _downstream.UntilAsync(1);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        _script.Runs.ShouldBe(3);
        _downstream.Messages.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_that_always_fails_ends_as_a_fault_and_publishes_nothing()
    {
        _script.Run = async (context, publish, _) =>
        {
            await publish.Publish(Events.Processed(context.Message), Cancel);
            if (context.Message.EpochIndex == 1)
                throw new FormatException("malformed");
        };
        await using var node = await StartAsync();
        await node.Bus.Publish(Events.Closed(1, 1), Cancel);
        await _faults.UntilAsync(1);
        await node.Bus.Publish(Events.Closed(1, 2), Cancel);
        await _downstream.UntilAsync(1);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        _script.Runs.ShouldBe(2);
        _downstream.Messages.ShouldHaveSingleItem().EpochIndex.ShouldBe(2UL);
        (await node.ReadAsync(db => db.Inbox.CountAsync(Cancel))).ShouldBe(1);
    }

    [Fact]
    public async Task What_a_late_task_of_the_consumer_publishes_is_captured()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.Run = (context, publish, _) =>
        {
            context.AddConsumeTask(LateAsync());
            return Task.CompletedTask;

            async Task LateAsync()
            {
                await release.Task;
                await publish.Publish(Events.Processed(context.Message), Cancel);
            }
        };
        await using var node = await StartAsync();
        await node.Bus.Publish(Events.Closed(1, 1), Cancel);
        release.SetResult();
        await _downstream.UntilAsync(1);
    }

    [Fact]
    public async Task An_endpoint_that_a_filter_resolved_before_the_consume_does_not_publish_past_the_outbox()
    {
        _script.Run = async (context, publish, _) =>
        {
            // The same scoped endpoint that EarlyFilter got.
            await publish.Publish(Events.Processed(context.Message), Cancel);
            await context.Publish(Events.Processed(context.Message) with { EpochIndex = 100 + context.Message.EpochIndex }, Cancel);
            if (context.Message.EpochIndex == 1)
                throw new FormatException("rolled back");
        };
        await using var node = await StartAsync();
        await node.Bus.Publish(Events.Closed(1, 1), Cancel);
        await _faults.UntilAsync(1);
        await node.Bus.Publish(Events.Closed(1, 2), Cancel);
        await _downstream.UntilAsync(2);
        _downstream.Messages.Select(message => message.EpochIndex).ShouldBe([2UL, 102UL]);
        _downstream.Contexts.ShouldAllBe(context => context.ConversationId != null);
    }

    [Fact]
    public async Task The_inbox_forgets_a_message_after_a_day()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var node = await StartAsync(services => services.AddSingleton<TimeProvider>(clock));
        await node.ReadAsync(async db =>
        {
            foreach (var hours in (int[])[23, 25, 1000])
                db.Add(
                    new InboxMessage
                    {
                        MessageId = Guid.NewGuid(),
                        ConsumerId = Guid.NewGuid(),
                        ReceivedAt = clock.GetUtcNow() - TimeSpan.FromHours(hours),
                    }
                );
            return await db.SaveChangesAsync(Cancel);
        });
        while (await node.ReadAsync(db => db.Inbox.CountAsync(Cancel)) > 1)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(5, Cancel);
        }

        (await node.ReadAsync(db => db.Inbox.SingleAsync(Cancel))).ReceivedAt.ShouldBeGreaterThan(
            clock.GetUtcNow() - TimeSpan.FromHours(24)
        );
    }

    [Fact]
    public async Task A_backlog_of_the_inbox_is_forgotten_in_small_transactions()
    {
        const int Backlog = 2500;
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var deletes = new DeletedRows();
        await using var node = await StartAsync(services =>
            services.AddSingleton<TimeProvider>(clock).AddSingleton<IInterceptor>(deletes)
        );
        await node.ReadAsync(async db =>
        {
            db.AddRange(
                Enumerable
                    .Range(0, Backlog)
                    .Select(i => new InboxMessage
                    {
                        // The same time for all: the bound must not depend on it.
                        MessageId = Guid.NewGuid(),
                        ConsumerId = Guid.NewGuid(),
                        ReceivedAt = clock.GetUtcNow() - TimeSpan.FromHours(25),
                    })
            );
            return await db.SaveChangesAsync(Cancel);
        });
        while (await node.ReadAsync(db => db.Inbox.AnyAsync(Cancel)))
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(5, Cancel);
        }

        deletes.Counts.Sum().ShouldBe(Backlog);
        deletes.Counts.Max().ShouldBe(1000);
    }

    private Task<TestNode> StartAsync(Action<IServiceCollection>? services = null) =>
        TestNode.StartAsync(
            _settings,
            collection =>
            {
                collection.AddSingleton(_script).AddSingleton(_downstream).AddSingleton(_faults);
                services?.Invoke(collection);
            },
            bus =>
            {
                bus.AddConsumer<ScriptedConsumer, ScriptedConsumerDefinition>();
                RecordingConsumer<EpochInputsProcessed>.Add(bus);
                bus.AddConsumer<RecordingConsumer<Fault<EpochClosed>>>().Endpoint(endpoint => endpoint.Name = "recorder-faults");
            }
        );

    private sealed class DeletedRows : DbCommandInterceptor
    {
        public ConcurrentQueue<int> Counts { get; } = [];

        public override ValueTask<int> NonQueryExecutedAsync(
            DbCommand command,
            CommandExecutedEventData eventData,
            int result,
            CancellationToken cancellationToken = default
        )
        {
            if (command.CommandText.StartsWith("DELETE FROM \"inbox\"", StringComparison.Ordinal))
                Counts.Enqueue(result);
            return ValueTask.FromResult(result);
        }
    }

    private static async Task UntilHandledAsync(TestNode node, int messages)
    {
        while (await node.ReadAsync(db => db.Inbox.CountAsync(Cancel)) < messages)
            await Task.Delay(5, Cancel);
    }
}
