using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Rollups.Testing;

/// <summary>
/// What instruments of some names measured while this existed, as text such as <c>rollups.epochs.stuck{state=CLOSED}</c>.
/// </summary>
public sealed class RecordedMeasurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Series, double Value)> _all = [];

    /// <param name="names">Beginnings of the instruments' names.</param>
    public RecordedMeasurements(params IReadOnlyList<string> names)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (names.Any(name => instrument.Name.StartsWith(name, StringComparison.Ordinal)))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All measurements, in order.</summary>
    public IReadOnlyList<(string Series, double Value)> All => [.. _all];

    /// <summary>Reads the gauges, and only them.</summary>
    public IReadOnlyList<(string Series, double Value)> Observe()
    {
        _all.Clear();
        _listener.RecordObservableInstruments();
        return All;
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var words = new List<string>();
        foreach (var (key, tag) in tags)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"{key}={tag}"));
        _all.Enqueue(($"{instrument.Name}{{{string.Join(',', words)}}}", value));
    }
}
