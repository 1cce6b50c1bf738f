using System.Diagnostics.Metrics;
using Rollups.Messaging;

namespace Rollups.Api.Feed;

/// <summary>Figures of the push feed.</summary>
internal static class FeedMetrics
{
    public static readonly UpDownCounter<long> Subscribers = Telemetry.Meter.CreateUpDownCounter<long>(
        "rollups.feed.subscribers",
        "{subscriber}",
        "Subscribers of the push feed"
    );

    public static readonly Counter<long> Dropped = Telemetry.Meter.CreateCounter<long>(
        "rollups.feed.dropped",
        "{subscriber}",
        "Subscribers whose connection was closed because they did not read it"
    );
}
