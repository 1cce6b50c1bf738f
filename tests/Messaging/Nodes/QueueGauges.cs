using System.Diagnostics.Metrics;

namespace Rollups.Messaging.Tests.Nodes;

/// <summary>
/// Reads the gauges of the broker's queues as a collector does. The meter is the process's: the queues' names tell the tests apart.
/// </summary>
internal sealed class QueueGauges : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string Instrument, string Queue), double> _seen = [];

    public QueueGauges()
    {
        _listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == Telemetry.MeterName && instrument.Name.StartsWith("rollups.queue.", StringComparison.Ordinal))
                self.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The value of a series now, such as of depth and its queue; null when there is none.</summary>
    public double? Read(string instrument, string queue)
    {
        _seen.Clear();
        _listener.RecordObservableInstruments();
        return _seen.TryGetValue(("rollups.queue." + instrument, queue), out var value) ? value : null;
    }

    /// <summary>Waits until a series has such a value.</summary>
    public async Task<double?> UntilAsync(string instrument, string queue, Func<double?, bool> wanted)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var value = Read(instrument, queue);
            if (wanted(value))
                return value;
            await timer.WaitForNextTickAsync(Patience.Token);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, tag) in tags)
        {
            if (name == "queue")
                _seen[(instrument.Name, (string)tag!)] = value;
        }
    }
}
