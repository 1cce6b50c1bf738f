using Rollups.Api.Stories;

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
