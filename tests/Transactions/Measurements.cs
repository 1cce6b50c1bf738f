using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Rollups.Messaging;

namespace Rollups.Transactions.Tests;

/// <summary>What the node's meter was told, by any host of this process.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Instrument, double Value, string? Application, string? Outcome)> _all = [];
    private readonly SemaphoreSlim _told = new(0);

    public Measurements()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public IEnumerable<(double Value, string? Outcome)> Of(string instrument, string application) =>
        _all.Where(item => item.Instrument == instrument && item.Application == application).Select(item => (item.Value, item.Outcome));

    public async Task UntilAsync(string instrument, int count, CancellationToken cancellationToken)
    {
        while (_all.Count(item => item.Instrument == instrument) < count)
            await _told.WaitAsync(cancellationToken);
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? application = null,
            outcome = null;
        foreach (var (key, tag) in tags)
            (application, outcome) = (key == "application" ? tag as string : application, key == "outcome" ? tag as string : outcome);
        _all.Enqueue((instrument.Name, value, application, outcome));
        _told.Release();
    }
}
