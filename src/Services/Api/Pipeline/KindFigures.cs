using Rollups.Messaging;

namespace Rollups.Api.Pipeline;

/// <summary>Events of one kind.</summary>
internal sealed record KindFigures
{
    public required string Kind { get; init; }

    /// <summary>Events of the last minute.</summary>
    public required int PerMinute { get; init; }

    /// <summary>
    /// Seconds from the commit of the change to the log of the feed, across outbox and bus; of the last ten minutes, as far as the events
    /// are in memory.
    /// </summary>
    public required Percentiles? Latency { get; init; }
}
