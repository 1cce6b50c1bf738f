using System.Diagnostics.Metrics;

namespace Rollups.Messaging;

/// <summary>What the last sweep saw of the outbox, as gauges.</summary>
internal sealed class OutboxMonitor
{
    private long _pending;
    private double _oldestSeconds;

    public OutboxMonitor()
    {
        Telemetry.Meter.CreateObservableGauge("rollups.outbox.pending", () => new Measurement<long>(Interlocked.Read(ref _pending)), "{message}", "Messages waiting in the outbox");
        Telemetry.Meter.CreateObservableGauge("rollups.outbox.age", () => new Measurement<double>(Volatile.Read(ref _oldestSeconds)), "s", "Age of the oldest message in the outbox");
    }

    public void Report(long pending, TimeSpan oldest)
    {
        Interlocked.Exchange(ref _pending, pending);
        Volatile.Write(ref _oldestSeconds, oldest.TotalSeconds);
    }
}
