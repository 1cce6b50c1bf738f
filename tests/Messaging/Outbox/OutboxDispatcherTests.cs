using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Rollups.Contracts;
using Rollups.HopWork;
using Rollups.Messaging.Tests.Nodes;

namespace Rollups.Messaging.Tests.Outbox;

public sealed class OutboxDispatcherTests : IDisposable
{
    private readonly TestSettings _settings = TestSettings.Embedded();
    private readonly Received<EpochClosed> _received = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => Patience.Token;

    public void Dispose() => _settings.Dispose();

    [Fact]
    public async Task What_a_crash_left_between_commit_and_delivery_is_delivered_at_the_next_start()
    {
        await using (var crashed = await TestNode.BuildAsync(_settings))
            await crashed.CommitAsync(Events.Closed(1, 1), Events.Closed(2, 1), Events.Closed(1, 2));

        await using var node = await StartAsync();
        await _received.UntilAsync(3);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        _received.Messages.Count.ShouldBe(3);
    }

    [Fact]
    public async Task The_sweep_delivers_what_nobody_signalled()
    {
        await using var node = await StartAsync();
        await node.CommitAsync(Events.Closed(1, 1));
        await _received.UntilAsync(1);

        await using var silent = await TestNode.BuildAsync(_settings);
        await silent.CommitAsync(Events.Closed(2, 1), Events.Closed(3, 1));
        await _received.UntilAsync(3);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
    }

    [Fact]
    public async Task The_commit_wakes_the_dispatcher_although_no_sweep_comes()
    {
        await using var node = await StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        for (var epoch = 1; epoch <= 20; epoch++)
        {
            await node.CommitAsync(Events.Closed(epoch, epoch));
            await _received.UntilAsync(epoch);
        }
    }

    [Fact]
    public async Task A_delayed_message_waits_for_its_time_and_holds_nobody_up()
    {
        await using var node = await StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        await node
            .Services.GetRequiredService<IUnitOfWork>()
            .ExecuteAsync(
                async (scope, token) =>
                {
                    // More than a batch.
                    for (var epoch = 0; epoch < 150; epoch++)
                        await scope.Outbox().Publish(Events.Closed(1, epoch), context => context.Delay = TimeSpan.FromSeconds(10), token);
                    return 0;
                },
                Cancel
            );
        await node.CommitAsync(Events.Closed(1, 1000));
        await _received.UntilAsync(1);
        _received.Messages.ShouldHaveSingleItem().EpochIndex.ShouldBe(1000UL);

        await AdvanceUntilAsync(_received.UntilAsync(151));
        _received.Messages.Skip(1).Select(message => (int)message.EpochIndex).ShouldBe(Enumerable.Range(0, 150));
    }

    [Fact]
    public async Task A_message_that_is_never_taken_is_set_aside_and_its_lane_goes_on_in_order()
    {
        await using (var writer = await TestNode.BuildAsync(_settings, services => services.AddSingleton<TimeProvider>(_clock)))
            await WritePoisonAsync(writer, behind: 3);

        await using var node = await StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
        await AdvanceUntilAsync(_received.UntilAsync(3));

        _received.Messages.Select(message => message.EpochIndex).ShouldBe([0UL, 1UL, 2UL]);
        await AdvanceUntilAsync(node.Outbox.WaitUntilEmptyAsync(Cancel));
        var dead = (await node.ReadAsync(db => db.DeadOutbox.ToListAsync(Cancel))).ShouldHaveSingleItem();
        dead.DestinationAddress.ShouldBe("nowhere://broker/epoch.closed");
        dead.Error.ShouldNotBeEmpty();
        dead.Row.ShouldContain(dead.MessageId.ToString());
        _settings.Log.OfEvent(132).Count.ShouldBe(9);
        _settings.Log.OfEvent(133).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_lane_that_waits_for_its_next_attempt_is_left_alone_meanwhile()
    {
        await using (var writer = await TestNode.BuildAsync(_settings, services => services.AddSingleton<TimeProvider>(_clock)))
            await WritePoisonAsync(writer, behind: 150);

        var looks = new OutboxReads();
        await using var node = await StartAsync(services => services.AddSingleton<TimeProvider>(_clock).AddSingleton<IInterceptor>(looks));
        // Sixteen lanes: some of these applications have another one.
        var others = Enumerable
            .Range(2, 40)
            .Where(application => OutboxLanes.Of(Events.Application(application)) != OutboxLanes.Of(Events.Application(1)))
            .ToArray();
        for (var round = 1; round <= 10; round++)
        {
            await node.CommitAsync([.. others.Select(application => Events.Closed(application, round))]);
            await _received.UntilAsync(round * others.Length);
        }

        _settings.Log.OfEvent(132).ShouldHaveSingleItem();
        _received.Messages.ShouldAllBe(message => message.Application != Events.Application(1));
        // A read for the batch of each lane and round, and a few for the start: a lane that spins reads thousands of times.
        looks.Count.ShouldBeLessThan(600);
    }

    [Fact]
    public async Task A_message_that_nobody_can_read_goes_to_the_error_queue_and_the_next_one_is_handled()
    {
        await using (var writer = await TestNode.BuildAsync(_settings))
        {
            await writer.CommitAsync(Events.Closed(1, 1), Events.Closed(1, 2));
            await writer.ReadAsync(async db =>
            {
                var first = await db.Outbox.OrderBy(message => message.Id).FirstAsync(Cancel);
                return await db
                    .Outbox.Where(message => message.Id == first.Id)
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(
                                message => message.Body,
                                first
                                    .Body.Replace("\"epochIndex\": 1", "\"epochIndex\": \"one\"")
                                    .Replace("\"epochIndex\":1", "\"epochIndex\":\"one\"")
                            ),
                        Cancel
                    );
            });
        }

        await using var node = await StartAsync();
        await _received.UntilAsync(1);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        _received.Messages.ShouldHaveSingleItem().EpochIndex.ShouldBe(2UL);
    }

    [Fact]
    public async Task A_stop_leaves_nothing_half_delivered()
    {
        const int Count = 500;
        await using (var node = await StartAsync())
        {
            await Task.WhenAll(Enumerable.Range(1, Count).Select(epoch => node.CommitAsync(Events.Closed(epoch % 5, epoch))));
            await node.StopAsync();
        }

        await using var next = await StartAsync();
        await next.Outbox.WaitUntilEmptyAsync(Cancel);
        await _received.UntilAsync(Count);
        _received.Messages.Select(message => message.EpochIndex).Distinct().Count().ShouldBe(Count);
    }

    /// <summary>A message that no transport takes, and others of the same application behind it.</summary>
    private static async Task WritePoisonAsync(TestNode writer, int behind)
    {
        await writer.CommitAsync(Events.Closed(1, 9999));
        await writer.ReadAsync(db =>
            db.Outbox.ExecuteUpdateAsync(
                set => set.SetProperty(message => message.DestinationAddress, "nowhere://broker/epoch.closed"),
                Cancel
            )
        );
        await writer.CommitAsync([.. Enumerable.Range(0, behind).Select(epoch => Events.Closed(1, epoch))]);
    }

    private Task<TestNode> StartAsync(Action<IServiceCollection>? services = null) =>
        TestNode.StartAsync(
            _settings,
            collection =>
            {
                collection.AddSingleton(_received);
                services?.Invoke(collection);
            },
            RecordingConsumer<EpochClosed>.Add
        );

    /// <summary>Lets the fake time pass until the task has ended.</summary>
    private async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Cancel);
        }

        await task;
    }

    private sealed class OutboxReads : DbCommandInterceptor
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public override ValueTask<InterceptionResult<System.Data.Common.DbDataReader>> ReaderExecutingAsync(
            System.Data.Common.DbCommand command,
            CommandEventData eventData,
            InterceptionResult<System.Data.Common.DbDataReader> result,
            CancellationToken cancellationToken = default
        )
        {
            if (
                command.CommandText.Contains("\"outbox\"", StringComparison.Ordinal)
                && command.CommandText.StartsWith("SELECT", StringComparison.Ordinal)
            )
                Interlocked.Increment(ref _count);
            return ValueTask.FromResult(result);
        }
    }
}
