using System.Text.RegularExpressions;
using RabbitMQ.Client;
using Rollups.Cli.Broker;
using Rollups.Cli.Output;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Cli.Errors;

/// <summary>The queues <c>..._error</c> and <c>..._skipped</c> of the node's services.</summary>
internal static partial class ErrorQueues
{
    /// <summary>Messages that a list examines per queue.</summary>
    public const int Examined = 10_000;

    private static readonly string[] Suffixes = ["_error", "_skipped"];

    /// <summary>The failed messages, queue by queue. Each stays where it is.</summary>
    public static async Task<IReadOnlyList<FailedMessage>> ReadAsync(NodeBroker broker, CancellationToken cancellationToken)
    {
        var found = new List<FailedMessage>();
        foreach (var queue in ErrorQueuesIn(await broker.QueuesAsync(cancellationToken)))
        {
            // Closing the channel returns every message to its place.
            await using var channel = await broker.OpenChannelAsync(cancellationToken);
            for (var read = 0; read < Examined; read++)
            {
                if (await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is not { } got)
                    break;
                found.Add(FailedMessage.Of(queue, got));
            }
        }
        return found;
    }

    /// <summary>
    /// Sends the chosen messages back to the queue in which they failed. The broker confirms each copy before the original is deleted: a
    /// kill in between leaves both, and the consumers handle a message that comes twice.
    /// </summary>
    /// <returns>Number of messages.</returns>
    /// <exception cref="OperatorException">A queue in which they failed does not exist any more.</exception>
    public static async Task<int> RetryAsync(NodeBroker broker, SelectedMessages selected, CancellationToken cancellationToken)
    {
        var queues = await broker.QueuesAsync(cancellationToken);
        return await EachAsync(
            broker,
            queues,
            selected,
            async (channel, message, got) =>
            {
                foreach (var target in TargetsOf(message.Queue, queues))
                    await channel.BasicPublishAsync("", target, mandatory: true, FailedMessage.Original(got), got.Body, cancellationToken);
            },
            cancellationToken
        );
    }

    /// <summary>Deletes the chosen messages.</summary>
    /// <returns>Number of messages.</returns>
    public static async Task<int> DiscardAsync(NodeBroker broker, SelectedMessages selected, CancellationToken cancellationToken) =>
        await EachAsync(broker, await broker.QueuesAsync(cancellationToken), selected, (_, _, _) => Task.CompletedTask, cancellationToken);

    /// <summary>
    /// The queues in which messages of an error queue failed: that of the same name, or for a service whose replicas have queues of their
    /// own, each of those, because only one replica owns an application.
    /// </summary>
    /// <exception cref="OperatorException">There is none.</exception>
    public static IReadOnlyList<string> TargetsOf(string errorQueue, IReadOnlyList<QueueState> queues)
    {
        ArgumentNullException.ThrowIfNull(queues);
        var name = errorQueue[..^Suffixes.First(suffix => errorQueue.EndsWith(suffix, StringComparison.Ordinal)).Length];
        if (queues.Any(queue => queue.Name == name))
            return [name];
        var replicas = queues
            .Select(queue => queue.Name)
            .Where(queue => queue.StartsWith(name + "-", StringComparison.Ordinal) && ReplicaId().IsMatch(queue[(name.Length + 1)..]))
            .ToList();
        return replicas.Count > 0
            ? replicas
            : throw new OperatorException(
                $"The messages in {errorQueue} failed in the queue {name}, which does not exist now: start the service that reads it, then "
                    + "run this again; or discard them. The fallback syncs find the work that they announced."
            );
    }

    private static async Task<int> EachAsync(
        NodeBroker broker,
        IReadOnlyList<QueueState> queues,
        SelectedMessages selected,
        Func<IChannel, FailedMessage, BasicGetResult, Task> handle,
        CancellationToken cancellationToken
    )
    {
        var handled = 0;
        foreach (var queue in ErrorQueuesIn(queues))
        {
            await using var channel = await broker.OpenChannelAsync(cancellationToken);
            // Not those that arrive from now on: a message that fails again at once would be retried for ever.
            for (var left = await channel.MessageCountAsync(queue, cancellationToken); left > 0; left--)
            {
                if (await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is not { } got)
                    break;
                var message = FailedMessage.Of(queue, got);
                // The others return to their places as the channel closes.
                if (!selected.Contains(message.Cause, message.Id))
                    continue;
                await handle(channel, message, got);
                await channel.BasicAckAsync(got.DeliveryTag, multiple: false, cancellationToken);
                handled++;
            }
        }
        return handled;
    }

    private static IEnumerable<string> ErrorQueuesIn(IReadOnlyList<QueueState> queues) =>
        queues
            .Select(queue => queue.Name)
            .Where(name => Suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);

    [GeneratedRegex("^[0-9a-f]{32}$")]
    private static partial Regex ReplicaId();
}
