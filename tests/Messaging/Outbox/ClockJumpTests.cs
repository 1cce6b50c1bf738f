using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Outbox;

/// <summary>Times of day that are stored, and a machine's clock that is set meanwhile.</summary>
public sealed class ClockJumpTests : IDisposable
{
    private readonly TestSettings _settings = TestSettings.Embedded();
    private readonly JumpingClock _clock = new();

    private static CancellationToken Cancel => Patience.Token;

    public void Dispose() => _settings.Dispose();

    /// <summary>
    /// The next attempt of a message that was not taken is at most a minute away, by whatever clock; until then it holds its lane.
    /// </summary>
    [Theory]
    [InlineData(10)]
    [InlineData(24 * 60)]
    public async Task A_clock_that_is_set_back_does_not_put_the_next_attempt_of_a_message_off(int minutes)
    {
        var received = new Received<EpochClosed>();
        await using (var before = await BuildAsync())
        {
            await before.CommitAsync(Events.Closed(1, 1), Events.Closed(1, 2));
            var nextAttempt = _clock.GetUtcNow() + TimeSpan.FromSeconds(32);
            var first = await before.ReadAsync(db => db.Outbox.MinAsync(message => message.Id, Cancel));
            await before.ReadAsync(db =>
                db.Outbox.Where(message => message.Id == first)
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(message => message.Attempts, (short)6).SetProperty(message => message.NotBefore, nextAttempt),
                        Cancel
                    )
            );
        }

        _clock.Jump(TimeSpan.FromMinutes(-minutes));
        await using var node = await TestNode.StartAsync(
            _settings,
            services => services.AddSingleton<TimeProvider>(_clock).AddSingleton(received),
            bus => bus.AddConsumer<RecordingConsumer<EpochClosed>>()
        );
        await received.UntilAsync(2);
        received.Messages.Select(message => message.EpochIndex).ShouldBe([1UL, 2UL]);
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_by_a_day_does_not_make_handled_messages_forgotten()
    {
        await using var node = await BuildAsync();
        var cleanup = node.Services.GetServices<IHostedService>().OfType<InboxCleanup>().Single();
        await AddAsync(node, _clock.GetUtcNow());
        await AddAsync(node, _clock.GetUtcNow() - TimeSpan.FromHours(25));

        _clock.Jump(TimeSpan.FromHours(25));
        await cleanup.CleanAsync(Cancel);

        // The old one is gone as ever.
        (await node.ReadAsync(db => db.Inbox.CountAsync(Cancel))).ShouldBe(1);
    }

    private Task<TestNode> BuildAsync() => TestNode.BuildAsync(_settings, services => services.AddSingleton<TimeProvider>(_clock));

    private static Task<int> AddAsync(TestNode node, DateTimeOffset receivedAt) =>
        node.ReadAsync(async db =>
        {
            db.Inbox.Add(
                new InboxMessage
                {
                    MessageId = Guid.NewGuid(),
                    ConsumerId = Guid.NewGuid(),
                    ReceivedAt = receivedAt,
                }
            );
            return await db.SaveChangesAsync(Cancel);
        });
}
