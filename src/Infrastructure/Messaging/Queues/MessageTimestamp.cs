using MassTransit;
using RabbitMQ.Client;

namespace Rollups.Messaging;

/// <summary>
/// The AMQP property timestamp, from which the broker derives the age of a queue's oldest message. MassTransit leaves it out.
/// </summary>
internal static class MessageTimestamp
{
    /// <summary>Sets it if the transport is RabbitMQ.</summary>
    /// <param name="context">The message being sent.</param>
    /// <param name="since">Start of the message's age: its commit, so that the wait in the outbox counts.</param>
    public static void SetTimestamp(this SendContext context, DateTimeOffset since)
    {
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
            rabbit.BasicProperties.Timestamp = new AmqpTimestamp(since.ToUnixTimeSeconds());
    }

    /// <summary>
    /// Sets it to the time of sending for messages that bypass the outbox: requests, answers, and messages for a service's error queue.
    /// </summary>
    public static void UseTimestamps(this IRabbitMqBusFactoryConfigurator rabbit, TimeProvider clock)
    {
        rabbit.ConfigureSend(pipe => pipe.UseExecute(context => context.SetTimestamp(clock.GetUtcNow())));
        rabbit.ConfigurePublish(pipe => pipe.UseExecute(context => context.SetTimestamp(clock.GetUtcNow())));
    }
}
