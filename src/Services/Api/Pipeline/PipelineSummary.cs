using Rollups.Api.Stories;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Api.Pipeline;

/// <summary>The answer of GET /pipeline: the node at a glance.</summary>
internal sealed record PipelineSummary
{
    public required DateTimeOffset At { get; init; }
    public required ulong ChainId { get; init; }
    public required string Version { get; init; }

    /// <summary>Id of the newest event of the feed, if it has been read: what happens after it is not in this answer.</summary>
    public required string? LastEventId { get; init; }

    /// <summary>Newest L1 block that was read; null if no EvmReader has reported one in the last minute.</summary>
    public required long? Head { get; init; }

    /// <summary>Messages that wait in the outbox.</summary>
    public required long? OutboxPending { get; init; }
    public required int Subscribers { get; init; }
    public required IReadOnlyList<ServiceFigures> Services { get; init; }

    /// <summary>
    /// Whether all events of the last minute are counted. Otherwise the process has read the feed for less than that, and the figures per
    /// minute are lower bounds.
    /// </summary>
    public required bool HasWholeMinute { get; init; }
    public required IReadOnlyList<CheckResult> Checks { get; init; }
    public required IReadOnlyList<KindFigures> Events { get; init; }
    public required IReadOnlyList<StageFigures> Stages { get; init; }

    /// <summary>Applications of the node, also beyond the list.</summary>
    public required int ApplicationCount { get; init; }
    public required IReadOnlyList<ApplicationFigures> Applications { get; init; }

    /// <summary>Epochs by state: those that have waited for longest, and those that ended last.</summary>
    public required IReadOnlyList<EpochSummary> Epochs { get; init; }

    /// <summary>How many epochs are in each state, also beyond the list.</summary>
    public required IReadOnlyList<StateCount> EpochCounts { get; init; }
    public required IReadOnlyList<Fault> Faults { get; init; }
}

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

/// <summary>A health check of this process.</summary>
internal sealed record CheckResult(string Name, string Status, string? Reason);

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

/// <summary>Seconds that the epochs accepted last spent in a stage.</summary>
internal sealed record StageFigures(EpochStatus State, string Service, Percentiles? Duration);

/// <summary>Epochs in a state.</summary>
/// <param name="State">The state.</param>
/// <param name="Count">How many; counting ends at 1000.</param>
/// <param name="IsAtLeast">Whether there may be more.</param>
internal sealed record StateCount(EpochStatus State, int Count, bool IsAtLeast);

/// <summary>An application.</summary>
internal sealed record ApplicationFigures
{
    public required Address Application { get; init; }
    public required string ApplicationName { get; init; }
    public required ConsensusType Consensus { get; init; }
    public required string State { get; init; }

    /// <summary>Last L1 block whose inputs are stored.</summary>
    public required ulong ReadBlock { get; init; }
    public required ulong ProcessedInputs { get; init; }
    public required ulong? CurrentEpoch { get; init; }
    public required EpochStatus? CurrentState { get; init; }
    public required ulong? AcceptedEpoch { get; init; }
    public required DateTimeOffset? AcceptedAt { get; init; }
    public required Hash32? AcceptedClaim { get; init; }
}

/// <summary>Something that needs an operator.</summary>
internal sealed record Fault
{
    /// <summary>Application's name; null if it concerns the node.</summary>
    public required string? Application { get; init; }
    public required string Kind { get; init; }
    public required string Reason { get; init; }
    public required string Remedy { get; init; }
    public required DateTimeOffset? Since { get; init; }
}
