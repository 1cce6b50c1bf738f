using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Rollups.Integration.Tests;

/// <summary>The node's metric rollups.work.found, summed from its creation on, by service and trigger.</summary>
internal sealed class FoundByTrigger : IDisposable
{
    private readonly ConcurrentDictionary<(string Service, string Trigger), long> _found = [];
    private readonly MeterListener _listener = new();

    public FoundByTrigger()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "rollups.work.found")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(
            (_, value, tags, _) =>
            {
                var (service, trigger) = ("", "");
                foreach (var tag in tags)
                {
                    if (tag.Key == "service")
                        service = (string)tag.Value!;
                    if (tag.Key == "trigger")
                        trigger = (string)tag.Value!;
                }

                _found.AddOrUpdate((service, trigger), value, (_, sum) => sum + value);
            }
        );
        _listener.Start();
    }

    public long Of(string service, string trigger) => _found.GetValueOrDefault((service, trigger));

    public override string ToString() =>
        string.Join(
            ", ",
            _found
                .Where(entry => entry.Value > 0)
                .OrderBy(entry => entry.Key)
                .Select(entry => $"{entry.Key.Service} {entry.Key.Trigger} {entry.Value}")
        );

    public void Dispose() => _listener.Dispose();
}
