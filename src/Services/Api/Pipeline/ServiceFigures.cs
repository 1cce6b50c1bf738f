using Rollups.Messaging;

namespace Rollups.Api.Pipeline;

/// <summary>A service of the node.</summary>
internal sealed record ServiceFigures
{
    public required string Name { get; init; }

    /// <summary>Whether it runs in the process that answers. Otherwise its own figures are those that its processes report.</summary>
    public required bool IsHere { get; init; }

    /// <summary>Processes elsewhere that have reported in the last minute; null if it runs here.</summary>
    public required int? Processes { get; init; }

    /// <summary>Time of the last report; null if it runs here, or if there is none.</summary>
    public required DateTimeOffset? ReportedAt { get; init; }

    /// <summary>HEALTHY, DEGRADED, UNHEALTHY, SILENT (no report for a minute) or UNKNOWN.</summary>
    public required string Health { get; init; }

    /// <summary>Why it is not healthy, or unknown.</summary>
    public required string? Reason { get; init; }

    /// <summary>What the operator can do, if the reason does not say it.</summary>
    public required string? Remedy { get; init; }

    /// <summary>Messages in its queues; null on the in-memory bus and without the broker's management API.</summary>
    public required long? QueueDepth { get; init; }

    /// <summary>Events that it caused in the last minute.</summary>
    public required int PerMinute { get; init; }

    /// <summary>Seconds from the commit of a change until it begins to handle the event.</summary>
    public required Percentiles? Latency { get; init; }
    public required long? FoundByEvent { get; init; }
    public required long? FoundBySync { get; init; }
    public required long? Failures { get; init; }
}
