using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// The history of one epoch, from its saga. A stage has no time if it was not reached, or if its event was lost before the sync filled
/// it in.
/// </summary>
[EntityName("epoch.lifecycle")]
public sealed record EpochLifecycle
{
    /// <summary>EIP-155 chain id of the L1.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>Address of the application contract: 0x and 40 lower-case hex digits.</summary>
    public required string Application { get; init; }

    /// <summary>The operator's name of the application.</summary>
    public required string ApplicationName { get; init; }

    /// <summary>Index of the epoch.</summary>
    public required ulong EpochIndex { get; init; }

    /// <summary>Opened, Closed, InputsProcessed, ClaimCalculated, ClaimSubmitted, Accepted or Rejected.</summary>
    public required string State { get; init; }

    /// <summary>When the epoch was opened.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When its list of inputs became final.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>When the machine processed its last input.</summary>
    public DateTimeOffset? InputsProcessedAt { get; init; }

    /// <summary>When its claim was computed.</summary>
    public DateTimeOffset? ClaimCalculatedAt { get; init; }

    /// <summary>When its claim was seen on L1.</summary>
    public DateTimeOffset? ClaimSubmittedAt { get; init; }

    /// <summary>When L1 accepted its claim.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>When L1 accepted another claim.</summary>
    public DateTimeOffset? RejectedAt { get; init; }

    /// <summary>The claim, 0x and 64 hex digits, once it is known.</summary>
    public string? OutputsMerkleRoot { get; init; }

    /// <summary>L1 transaction of the claim, 0x and 64 hex digits, once it is known.</summary>
    public string? ClaimTransactionHash { get; init; }

    /// <summary>How often an L1 reorg reverted the claim; stage times are those of the last round.</summary>
    public int TimesReverted { get; init; }

    /// <summary>When that last happened; null if it never did.</summary>
    public DateTimeOffset? RevertedAt { get; init; }

    /// <summary>Why the claim was rejected, if it was.</summary>
    public string? RejectionReason { get; init; }

    /// <summary>Id of the trace that has everything the node did for the epoch, 32 hex digits; null if nothing collected traces.</summary>
    public string? TraceId { get; init; }

    /// <summary>What caused each stage, in order. Only <see cref="GetEpochLifecycle"/> is answered with it; lists leave it out.</summary>
    public IReadOnlyList<EpochLifecycleStage> Stages { get; init; } = [];

    /// <summary>
    /// The L1 transactions that the node sent for the epoch, the oldest first. Only <see cref="GetEpochLifecycle"/> is answered with them;
    /// lists leave them out.
    /// </summary>
    public IReadOnlyList<EpochLifecycleTransaction> Transactions { get; init; } = [];
}
