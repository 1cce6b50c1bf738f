using MassTransit;

namespace Rollups.Contracts;

/// <summary>L1 accepted another claim for the epoch: ours is lost and the application stops.</summary>
[EntityName("epoch.claim_rejected")]
public sealed record EpochClaimRejected : IEpochEvent
{
    /// <inheritdoc />
    public required ulong ChainId { get; init; }

    /// <inheritdoc />
    public required string Application { get; init; }

    /// <inheritdoc />
    public required string ApplicationName { get; init; }

    /// <inheritdoc />
    public required ulong EpochIndex { get; init; }

    /// <summary>The root that we computed: 0x and 64 hex digits.</summary>
    public required string OutputsMerkleRoot { get; init; }

    /// <summary>The root that L1 accepted: 0x and 64 hex digits; null if it accepted none, or does not name one (PRT).</summary>
    public required string? AcceptedOutputsMerkleRoot { get; init; }

    /// <summary>Category and both values, for the operator.</summary>
    public required string Reason { get; init; }

    /// <summary>How often the claim of this epoch was reverted before; 0 if no L1 reorg affected it.</summary>
    public int Round { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
