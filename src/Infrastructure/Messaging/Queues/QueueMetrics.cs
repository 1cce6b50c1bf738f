using System.Diagnostics.Metrics;

namespace Rollups.Messaging;

/// <summary>
/// The broker's latest report of the node's queues, as gauges. Without a recent report there is no series, because an old value would pass
/// for the present one.
/// </summary>
internal sealed class QueueMetrics
{
    private readonly TimeProvider _clock;
    private IReadOnlyList<QueueState> _queues = [];
    private long _readAt;

    public QueueMetrics(TimeProvider clock)
    {
        _clock = clock;
        _readAt = clock.GetTimestamp();
        Telemetry.Meter.CreateObservableGauge(
            "rollups.queue.depth",
            () => Each(queue => queue.Ready),
            "{message}",
            "Messages that wait in a queue of the broker"
        );
        Telemetry.Meter.CreateObservableGauge(
            "rollups.queue.unacknowledged",
            () => Each(queue => queue.Unacknowledged),
            "{message}",
            "Messages of a queue that were delivered and not yet acknowledged"
        );
        Telemetry.Meter.CreateObservableGauge(
            "rollups.queue.consumers",
            () => Each(queue => queue.Consumers),
            "{consumer}",
            "Consumers of a queue"
        );
        Telemetry.Meter.CreateObservableGauge(
            "rollups.queue.age",
            Ages,
            "s",
            "Age of the oldest message in a queue of the broker, to the second"
        );
    }

    /// <summary>Time since the gauges were last read.</summary>
    public TimeSpan Unread => _clock.GetElapsedTime(Interlocked.Read(ref _readAt));

    /// <summary>Reports these queues from now on; an empty list ends every series.</summary>
    public void Show(IReadOnlyList<QueueState> queues) => Volatile.Write(ref _queues, queues);

    private IEnumerable<Measurement<long>> Each(Func<QueueState, long> value)
    {
        Interlocked.Exchange(ref _readAt, _clock.GetTimestamp());
        return Volatile.Read(ref _queues).Select(queue => new Measurement<long>(value(queue), Tag(queue)));
    }

    private IEnumerable<Measurement<double>> Ages()
    {
        var now = _clock.GetUtcNow();
        foreach (var queue in Volatile.Read(ref _queues))
        {
            if (queue.Oldest is { } oldest)
                yield return new Measurement<double>(Math.Max(0, (now - oldest).TotalSeconds), Tag(queue));
        }
    }

    private static KeyValuePair<string, object?> Tag(QueueState queue) => new("queue", queue.Name);
}
