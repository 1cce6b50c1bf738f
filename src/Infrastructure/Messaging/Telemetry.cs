using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Rollups.Messaging;

/// <summary>The node's own meter and source of spans. Times are in seconds.</summary>
public static class Telemetry
{
    /// <summary>Name of the meter and of the source of spans.</summary>
    public const string MeterName = "MassTransit.Rollups";

    /// <summary>The meter; services add their own instruments to it.</summary>
    public static Meter Meter { get; } = new(MeterName);

    /// <summary>The source of the node's own spans. Without a collector it makes none.</summary>
    public static ActivitySource Source { get; } = new(MeterName);

    private static readonly InstrumentAdvice<double> Latency = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    internal static readonly Counter<long> Runs = Meter.CreateCounter<long>(
        "rollups.work.runs",
        "{run}",
        "Runs of a service's work, by trigger"
    );
    internal static readonly Counter<long> Found = Meter.CreateCounter<long>(
        "rollups.work.found",
        "{unit}",
        "Units of work found, by the run's trigger; the number found by sync should stay near zero"
    );
    internal static readonly Counter<long> Failures = Meter.CreateCounter<long>("rollups.work.failures", "{run}", "Runs that failed");
    internal static readonly Histogram<double> RunDuration = Meter.CreateHistogram(
        "rollups.work.duration",
        "s",
        "Duration of a run",
        advice: Latency
    );
    internal static readonly Histogram<double> EventLatency = Meter.CreateHistogram(
        "rollups.event.latency",
        "s",
        "Time from the commit of a change to the start of the handling of its event, by service and event",
        advice: Latency
    );
    internal static readonly Histogram<double> Delivery = Meter.CreateHistogram(
        "rollups.outbox.delivery",
        "s",
        "Time from the capture of a message to the broker's confirmation",
        advice: Latency
    );
    internal static readonly Histogram<double> Confirm = Meter.CreateHistogram(
        "rollups.outbox.confirm",
        "s",
        "Time from the sending of a message to the broker's confirmation",
        advice: Latency
    );
    internal static readonly Counter<long> Swept = Meter.CreateCounter<long>(
        "rollups.outbox.swept",
        "{message}",
        "Messages that the sweep found and delivered, left by a crash or by another process"
    );
    internal static readonly Counter<long> Dead = Meter.CreateCounter<long>(
        "rollups.outbox.dead",
        "{message}",
        "Messages set aside after too many failed deliveries"
    );
    internal static readonly Counter<long> Duplicates = Meter.CreateCounter<long>(
        "rollups.inbox.duplicates",
        "{message}",
        "Messages that had been handled before"
    );
    internal static readonly Histogram<double> StageDuration = Meter.CreateHistogram(
        "rollups.epoch.stage.duration",
        "s",
        "Time that epochs spent in a state, by the state that they left",
        advice: new InstrumentAdvice<double>
        {
            // From milliseconds to the weeks of a dispute.
            HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400, 604_800, 1_209_600],
        }
    );
    private static readonly Counter<long> Ignored = Meter.CreateCounter<long>(
        "rollups.event.ignored",
        "{event}",
        "Unexpected events that changed nothing, by service and reason: forged, or from another node"
    );

    /// <summary>Counts an event that a service ignores.</summary>
    public static void Ignore(string service, IgnoredEvent reason) =>
        Ignored.Add(1, new("service", service), new("reason", Reason(reason)));

    private static string Reason(IgnoredEvent reason) =>
        reason switch
        {
            IgnoredEvent.OtherChain => "other_chain",
            IgnoredEvent.UnknownApplication => "unknown_application",
            IgnoredEvent.UnknownEpoch => "unknown_epoch",
            _ => "not_confirmed",
        };
}
