using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Rollups.Api.Feed;

/// <summary>
/// The channels from which this process receives the feed's events. Only the broker's channels have numbers; the in-memory bus delivers one
/// message at a time instead.
/// </summary>
internal sealed class FeedDeliveries(FeedRecorder recorder) : IFilter<ReceiveContext>
{
    // AMQP's code for a close without an error.
    private const ushort ReplySuccess = 200;

    private readonly ConditionalWeakTable<ChannelContext, DeliveryOrder> _channels = [];

    /// <summary>Has the event stored in its turn; returns once it is committed, on the in-memory bus once it waits for that.</summary>
    public async Task RecordAsync(ReceiveContext delivery, Persistence.FeedEvent row, CancellationToken cancellationToken)
    {
        if (!TryGetOrder(delivery, out var order, out var tag))
        {
            await recorder.AddAsync(new FeedEntry(row, order: null), cancellationToken);
            return;
        }

        var entry = new FeedEntry(row, order);
        order.Add(tag, entry);
        await entry.Stored.WaitAsync(cancellationToken);
    }

    /// <summary>Around the whole handling of each message, so that one that cannot even be read holds nobody up.</summary>
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        try
        {
            await next.Send(context);
        }
        finally
        {
            if (TryGetOrder(context, out var order, out var tag))
                order.End(tag);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("feedDeliveries");

    private bool TryGetOrder(ReceiveContext delivery, [NotNullWhen(true)] out DeliveryOrder? order, out ulong tag)
    {
        (order, tag) = (null, 0);
        if (
            !delivery.TryGetPayload<RabbitMqBasicConsumeContext>(out var rabbit)
            || !delivery.TryGetPayload<ChannelContext>(out var channel)
        )
            return false;
        (order, tag) = (_channels.GetValue(channel, OrderOf), rabbit.DeliveryTag);
        return true;
    }

    private DeliveryOrder OrderOf(ChannelContext context)
    {
        var channel = context.Channel;
        var shutDown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var order = new DeliveryOrder(recorder.Take, () => CloseAsync(channel, shutDown.Task));
        channel.ChannelShutdownAsync += (_, _) =>
        {
            order.Close();
            shutDown.TrySetResult();
            return Task.CompletedTask;
        };
        if (channel.IsClosed)
            order.Close();
        return order;
    }

    /// <summary>
    /// Returns once nothing can be acknowledged any more, which the broker's answer to the close shows. The close itself ends only after
    /// the channel's consumers, which wait for this; or earlier and in silence, if another request held the channel for too long.
    /// </summary>
    private static async Task CloseAsync(IChannel channel, Task shutDown)
    {
        while (!channel.IsClosed)
            await Task.WhenAny(shutDown, channel.CloseAsync(ReplySuccess, "the database is unavailable", abort: true));
    }
}
