namespace Rollups.Contracts;

/// <summary>A stage of an epoch, and what caused it.</summary>
public sealed record EpochLifecycleStage
{
    /// <summary>
    /// OPEN, CLOSED, INPUTS_PROCESSED, CLAIM_CALCULATED, CLAIM_SUBMITTED, CLAIM_ACCEPTED or CLAIM_REJECTED; CLAIM_REVERTED for the last
    /// time that L1 reverted the claim.
    /// </summary>
    public required string Stage { get; init; }

    /// <summary>When the node stored it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// EVENT, SIGNAL (a block of L1, or a machine that is ready again), STARTUP, SYNC or RETRY; null for a stage that an earlier version
    /// of the node stored.
    /// </summary>
    public string? Cause { get; init; }

    /// <summary>The message that caused it; null unless an event did.</summary>
    public Guid? CausedByMessageId { get; init; }

    /// <summary>The message that announced it; null for a stage that an earlier version of the node stored.</summary>
    public Guid? MessageId { get; init; }

    /// <summary>W3C trace context of the transition; null if nothing collected traces.</summary>
    public string? TraceParent { get; init; }
}
