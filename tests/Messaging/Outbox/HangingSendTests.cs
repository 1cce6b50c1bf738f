using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;

namespace Rollups.Messaging.Tests.Outbox;

/// <summary>
/// A send that never ends, whatever its token says: MassTransit has such waits, of several sends that declare their exchange on a channel
/// those behind one that failed. Its lane must not stand still for the rest of the process's life.
/// </summary>
public sealed class HangingSendTests : IDisposable
{
    private readonly TestSettings _settings = TestSettings.Embedded();
    private readonly Received<EpochClosed> _received = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => Patience.Token;

    public void Dispose() => _settings.Dispose();

    [Fact]
    public async Task A_send_that_never_ends_is_left_and_its_message_is_sent_again_in_its_order()
    {
        var hanging = new HangingSends(count: 15);
        await using var node = await TestNode.StartAsync(
            _settings,
            services => services.AddSingleton(_received).AddSingleton<TimeProvider>(_clock),
            RecordingConsumer<EpochClosed>.Add
        );
        using var connected = new Connection(node.Bus.ConnectSendObserver(hanging));
        await node.CommitAsync([.. Enumerable.Range(0, 3).Select(epoch => Events.Closed(1, epoch))]);
        await hanging.Begun;
        var received = _received.UntilAsync(3);
        while (!received.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Cancel);
        }

        await received;
        _received.Messages.Select(message => message.EpochIndex).ShouldBe([0UL, 1UL, 2UL]);
        // More often than a message may be refused: the broker has said nothing about it.
        (await node.ReadAsync(db => db.DeadOutbox.CountAsync(Cancel))).ShouldBe(0);
        _settings.Log.OfEvent(132).ShouldBeEmpty();
        _settings.Log.OfEvent(131).ShouldHaveSingleItem();
    }

    /// <summary>The first sends hang, the others pass.</summary>
    private sealed class HangingSends(int count) : ISendObserver
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = count;

        public Task Begun => _begun.Task.WaitAsync(Cancel);

        public Task PreSend<T>(SendContext<T> context)
            where T : class
        {
            _begun.TrySetResult();
            return Interlocked.Decrement(ref _left) < 0 ? Task.CompletedTask : new TaskCompletionSource().Task;
        }

        public Task PostSend<T>(SendContext<T> context)
            where T : class => Task.CompletedTask;

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }

    private sealed class Connection(ConnectHandle handle) : IDisposable
    {
        public void Dispose() => handle.Disconnect();
    }
}
