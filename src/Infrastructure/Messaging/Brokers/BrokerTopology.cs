using System.Reflection;
using MassTransit;
using RabbitMQ.Client;
using Rollups.Contracts;

namespace Rollups.Messaging;

/// <summary>
/// What exists on the broker from the node's first start, whichever services run: the exchange of every event, so that others can bind to
/// it before the first one is published; the queues of commands, so that a command waits for a service that is not up; and the error queues
/// of services whose own queues are temporary.
/// </summary>
internal static class BrokerTopology
{
    /// <summary>Services whose replicas have temporary queues of their own, and so share error queues.</summary>
    private static readonly string[] ServicesWithSharedErrors = ["advancer"];

    public static IReadOnlyList<string> Events { get; } =
    [
        .. typeof(IApplicationEvent)
            .Assembly.GetTypes()
            .Where(type => type.IsClass && typeof(IApplicationEvent).IsAssignableFrom(type))
            .Select(type => type.GetCustomAttribute<EntityNameAttribute>()!.EntityName),
    ];

    public static IReadOnlyList<string> Queues { get; } =
    [
        .. typeof(CommandQueues)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!),
        .. ServicesWithSharedErrors.SelectMany(service => new[] { $"{service}_error", $"{service}_skipped" }),
    ];

    /// <summary>
    /// Declares it, as the bus itself declares a queue and its exchange. The broker answers only the last request: it handles those of a
    /// channel in order, and closes the channel over one that it refuses.
    /// </summary>
    public static async Task DeclareAsync(IConnection connection, RabbitMqOptions options, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var name in Events.Concat(Queues))
            await channel.ExchangeDeclareAsync(
                options.Prefix + name,
                ExchangeType.Fanout,
                durable: true,
                noWait: true,
                cancellationToken: cancellationToken
            );
        foreach (var name in Queues)
        {
            await channel.QueueDeclareAsync(
                options.Prefix + name,
                durable: true,
                exclusive: false,
                autoDelete: false,
                options.QueueType == "quorum" ? new Dictionary<string, object?> { ["x-queue-type"] = "quorum" } : null,
                noWait: true,
                cancellationToken: cancellationToken
            );
            await channel.QueueBindAsync(
                options.Prefix + name,
                options.Prefix + name,
                "",
                noWait: name != Queues[^1],
                cancellationToken: cancellationToken
            );
        }
    }
}
