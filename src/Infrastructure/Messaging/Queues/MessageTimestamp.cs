using MassTransit;
using RabbitMQ.Client;

namespace Rollups.Messaging;

/// <summary>
/// The AMQP property timestamp, from which the broker derives the age of a queue's oldest message. MassTransit leaves it out.
/// </summary>
internal static class MessageTimestamp
{
    /// <summary>Sets it where the transport is RabbitMQ.</summary>
    /// <param name="context">The message being sent.</param>
    /// <param name="since">From when on its age counts: from its commit, so that the wait in the outbox is part of it.</param>
    public static void SetTimestamp(this SendContext context, DateTimeOffset since)
    {
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
            rabbit.BasicProperties.Timestamp = new AmqpTimestamp(since.ToUnixTimeSeconds());
    }

    /// <summary>
    /// Sets it to the time of sending for what is sent past the outbox: requests, answers, and what goes to a service's error queue.
    /// </summary>
    public static void UseTimestamps(this IRabbitMqBusFactoryConfigurator rabbit, TimeProvider clock)
    {
        rabbit.ConfigureSend(pipe => pipe.UseExecute(context => context.SetTimestamp(clock.GetUtcNow())));
        rabbit.ConfigurePublish(pipe => pipe.UseExecute(context => context.SetTimestamp(clock.GetUtcNow())));
    }
}
