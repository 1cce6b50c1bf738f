using MassTransit;

namespace Rollups.Contracts;

/// <summary>L1 accepted the claim: the outputs of the epoch can be validated and executed.</summary>
[EntityName("epoch.claim_accepted")]
public sealed record EpochClaimAccepted : IEpochEvent
{
    /// <inheritdoc />
    public required ulong ChainId { get; init; }

    /// <inheritdoc />
    public required string Application { get; init; }

    /// <inheritdoc />
    public required string ApplicationName { get; init; }

    /// <inheritdoc />
    public required ulong EpochIndex { get; init; }

    /// <summary>The accepted root: 0x and 64 hex digits.</summary>
    public required string OutputsMerkleRoot { get; init; }

    /// <summary>L1 transaction in which the claim was accepted: 0x and 64 hex digits.</summary>
    public required string TransactionHash { get; init; }

    /// <summary>How often the claim of this epoch was reverted before; 0 if no L1 reorg affected it.</summary>
    public int Round { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
