using System.Diagnostics.Metrics;

namespace Rollups.Messaging;

/// <summary>
/// The figures of the services in this process, from the same instruments that /metrics exports, and those of the broker's queues, which
/// every process measures. The process reports the figures of its services in the database (table <c>service_reports</c>).
/// </summary>
public sealed class NodeMeters : IDisposable
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

    /// <summary>Begins to measure.</summary>
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

    /// <inheritdoc />
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
