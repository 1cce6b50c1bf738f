namespace Rollups.Persistence;

/// <summary>
/// What a process last reported of one of its services, so that the live page of another process can show it. Nothing depends on it.
/// </summary>
public sealed record ServiceReport
{
    /// <summary>Name of the service, such as <c>advancer</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The process: host, process id and four digits that differ after a restart.</summary>
    public required string Instance { get; init; }

    /// <summary>When it was reported, by the clock of the process.</summary>
    public DateTimeOffset ReportedAt { get; init; }

    /// <summary>Number of events behind the latency.</summary>
    public required int LatencyCount { get; init; }

    /// <summary>Median of the seconds from the commit of a change to the handling of its event; null before the first event.</summary>
    public required double? LatencyP50 { get; init; }

    /// <summary>Nineteen of twenty events were handled within these seconds.</summary>
    public required double? LatencyP95 { get; init; }

    /// <summary>99 of a hundred events were handled within these seconds.</summary>
    public required double? LatencyP99 { get; init; }

    /// <summary>Units of work that an event announced, since the process began.</summary>
    public required long FoundByEvent { get; init; }

    /// <summary>Units of work that only a fallback sync found.</summary>
    public required long FoundBySync { get; init; }

    /// <summary>Runs that failed.</summary>
    public required long Failures { get; init; }

    /// <summary>Newest L1 block that the process has read; null if none of its services reads L1.</summary>
    public required long? Head { get; init; }

    /// <summary>HEALTHY, DEGRADED or UNHEALTHY.</summary>
    public required string Health { get; init; }

    /// <summary>Why it is not healthy; never a secret.</summary>
    public required string? Reason { get; init; }

    /// <summary>What the operator can do, if the reason does not say it.</summary>
    public required string? Remedy { get; init; }
}
