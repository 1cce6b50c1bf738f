using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Rollups.Testing;

/// <summary>
/// The node's metric rollups.event.ignored, summed since its creation, by service and reason. It covers every node of the process.
/// </summary>
public sealed class IgnoredEvents : IDisposable
{
    private readonly ConcurrentDictionary<(string Service, string Reason), long> _ignored = [];
    private readonly MeterListener _listener = new();

    /// <summary>Starts to count.</summary>
    public IgnoredEvents()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "rollups.event.ignored")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(
            (_, value, tags, _) =>
            {
                var (service, reason) = ("", "");
                foreach (var tag in tags)
                {
                    if (tag.Key == "service")
                        service = (string)tag.Value!;
                    if (tag.Key == "reason")
                        reason = (string)tag.Value!;
                }

                _ignored.AddOrUpdate((service, reason), value, (_, sum) => sum + value);
            }
        );
        _listener.Start();
    }

    /// <summary>Number of events that the service ignored for the reason.</summary>
    public long Of(string service, string reason) => _ignored.GetValueOrDefault((service, reason));

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();
}
