using System.Diagnostics.Metrics;
using Rollups.Messaging;

namespace Rollups.Api.Pipeline;

/// <summary>
/// The figures of the services in this process, from the same instruments that /metrics exports. Those of services in other processes are
/// only in their own metrics, except the broker's queues, which every process measures.
/// </summary>
internal sealed class NodeMeters : IDisposable
{
    private const int Samples = 512;
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Service, string Trigger), long> _found = [];
    private readonly Dictionary<string, long> _failures = [];
    private readonly Dictionary<string, Latest> _latency = [];
    private Dictionary<string, long> _depth = [];
    private Dictionary<string, long> _consumers = [];
    private long? _pending;
    private long? _head;

    public NodeMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (
                instrument.Meter.Name == Telemetry.MeterName
                && instrument.Name
                    is "rollups.work.found"
                        or "rollups.work.failures"
                        or "rollups.event.latency"
                        or "rollups.queue.depth"
                        or "rollups.queue.consumers"
                        or "rollups.outbox.pending"
                        or "rollups.evm_reader.head"
            )
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(Count);
        _listener.SetMeasurementEventCallback<double>(Measure);
        _listener.Start();
    }

    /// <summary>The figures now.</summary>
    public NodeFigures Read()
    {
        lock (_lock)
        {
            (_depth, _consumers, _pending, _head) = ([], [], null, null);
            _listener.RecordObservableInstruments();
            return new NodeFigures(
                new Dictionary<(string, string), long>(_found),
                new Dictionary<string, long>(_failures),
                _latency.ToDictionary(pair => pair.Key, pair => Percentiles.Of(pair.Value.Values())),
                _depth,
                _consumers,
                _pending,
                _head
            );
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        lock (_lock)
        {
            switch (instrument.Name)
            {
                case "rollups.work.found":
                    var key = (Tag(tags, "service"), Tag(tags, "trigger"));
                    _found[key] = _found.GetValueOrDefault(key) + value;
                    break;
                case "rollups.work.failures":
                    var service = Tag(tags, "service");
                    _failures[service] = _failures.GetValueOrDefault(service) + value;
                    break;
                case "rollups.queue.depth":
                    _depth[Tag(tags, "queue")] = value;
                    break;
                case "rollups.queue.consumers":
                    _consumers[Tag(tags, "queue")] = value;
                    break;
                case "rollups.outbox.pending":
                    _pending = Math.Max(_pending ?? 0, value);
                    break;
                case "rollups.evm_reader.head":
                    _head = Math.Max(_head ?? 0, value);
                    break;
            }
        }
    }

    private void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (instrument.Name != "rollups.event.latency")
            return;
        lock (_lock)
        {
            var service = Tag(tags, "service");
            if (!_latency.TryGetValue(service, out var latest))
                _latency[service] = latest = new Latest();
            latest.Add(value);
        }
    }

    private static string Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == name)
                return tag.Value?.ToString() ?? "";
        }

        return "";
    }

    /// <summary>The newest values.</summary>
    private sealed class Latest
    {
        private readonly double[] _values = new double[Samples];
        private long _count;

        public void Add(double value) => _values[_count++ % Samples] = value;

        public double[] Values() => _values[..(int)Math.Min(_count, Samples)];
    }
}

/// <summary>What <see cref="NodeMeters"/> has measured.</summary>
/// <param name="Found">Units of work by service and trigger.</param>
/// <param name="Failures">Failed runs by service.</param>
/// <param name="Latency">Time from the commit to the handling, by service.</param>
/// <param name="Depth">Waiting messages by queue; empty without the broker's management API.</param>
/// <param name="Consumers">Consumers by queue; empty without the broker's management API.</param>
/// <param name="Pending">Messages in the outbox.</param>
/// <param name="Head">Newest L1 block that the EvmReader of this process has read; null if it runs elsewhere.</param>
internal sealed record NodeFigures(
    IReadOnlyDictionary<(string Service, string Trigger), long> Found,
    IReadOnlyDictionary<string, long> Failures,
    IReadOnlyDictionary<string, Percentiles?> Latency,
    IReadOnlyDictionary<string, long> Depth,
    IReadOnlyDictionary<string, long> Consumers,
    long? Pending,
    long? Head
);

/// <summary>The distribution of times, in seconds.</summary>
internal sealed record Percentiles
{
    public required int Count { get; init; }
    public required double P50 { get; init; }
    public required double P95 { get; init; }
    public required double P99 { get; init; }

    /// <summary>Null without values.</summary>
    public static Percentiles? Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? null
            : new Percentiles
            {
                Count = sorted.Length,
                P50 = At(0.5),
                P95 = At(0.95),
                P99 = At(0.99),
            };

        // The nearest rank: a value that was measured.
        double At(double part) => Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)], 6);
    }
}
