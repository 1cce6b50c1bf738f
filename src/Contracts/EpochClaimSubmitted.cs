using MassTransit;

namespace Rollups.Contracts;

/// <summary>Our claim of the epoch is on L1.</summary>
[EntityName("epoch.claim_submitted")]
public sealed record EpochClaimSubmitted : IEpochEvent
{
    /// <inheritdoc />
    public required ulong ChainId { get; init; }

    /// <inheritdoc />
    public required string Application { get; init; }

    /// <inheritdoc />
    public required string ApplicationName { get; init; }

    /// <inheritdoc />
    public required ulong EpochIndex { get; init; }

    /// <summary>The claimed root: 0x and 64 hex digits.</summary>
    public required string OutputsMerkleRoot { get; init; }

    /// <summary>L1 transaction that carried the claim: 0x and 64 hex digits.</summary>
    public required string TransactionHash { get; init; }

    /// <summary>How often the claim of this epoch was reverted before; 0 if no L1 reorg affected it.</summary>
    public int Round { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
