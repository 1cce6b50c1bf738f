using System.Diagnostics.Metrics;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Messaging;

namespace Rollups.Advancer;

/// <summary>Machine time of inputs.</summary>
internal static class MachineMetrics
{
    private static readonly Histogram<double> Duration = Telemetry.Meter.CreateHistogram(
        "rollups.machine.advance.duration",
        "s",
        "Machine time of one input, by its outcome",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600],
        }
    );

    /// <summary>The machine has run an input.</summary>
    /// <param name="time">Time that the run took.</param>
    /// <param name="outcome">How it ended.</param>
    public static void Advanced(TimeSpan time, AdvanceOutcome outcome) =>
        Duration.Record(time.TotalSeconds, new KeyValuePair<string, object?>("outcome", EnumNames.Of(StoreAdvance.StatusOf(outcome))));
}
