using System.Buffers;

namespace Rollups.Messaging;

/// <summary>A queue, as the broker's management API reports it.</summary>
/// <param name="Name">
/// Name of the queue. The queues of a service's replicas share one name: <c>advancer</c> for each <c>advancer-ID</c>.
/// </param>
/// <param name="Ready">Messages that wait in the queue.</param>
/// <param name="Unacknowledged">Messages that were delivered and not acknowledged.</param>
/// <param name="Consumers">Number of consumers.</param>
/// <param name="Oldest">
/// When its oldest message was committed or sent, to the second; null if it is empty or the broker does not report it.
/// </param>
public sealed record QueueState(string Name, long Ready, long Unacknowledged, long Consumers, DateTimeOffset? Oldest)
{
    // A replica's own queue: the service's name and 32 hex digits.
    private const int ReplicaDigits = 32;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// The queues of the given services (SERVICE-..., SERVICE_error and SERVICE_skipped), each name once and without the prefix: replicas
    /// come and go, and each must not leave a series behind.
    /// </summary>
    public static IReadOnlyList<QueueState> Of(
        IEnumerable<QueueState> queues,
        IReadOnlyCollection<string> services,
        QueueNames? names = null
    ) =>
        [
            .. queues
                .Select(queue => queue with { Name = (names ?? QueueNames.InMemory).Own(queue.Name) ?? "" })
                .Where(queue =>
                    services.Any(service =>
                        queue.Name.Length > service.Length
                        && queue.Name.StartsWith(service, StringComparison.Ordinal)
                        && queue.Name[service.Length] is '-' or '_'
                    )
                )
                .GroupBy(queue => SharedName(queue.Name))
                .Select(group => new QueueState(
                    group.Key,
                    group.Sum(queue => queue.Ready),
                    group.Sum(queue => queue.Unacknowledged),
                    group.Sum(queue => queue.Consumers),
                    group.Min(queue => queue.Oldest)
                )),
        ];

    private static string SharedName(string name)
    {
        var end = name.Length - ReplicaDigits - 1;
        return end > 0 && name[end] == '-' && name.AsSpan(end + 1).IndexOfAnyExcept(HexDigits) < 0 ? name[..end] : name;
    }
}
