using MassTransit;

namespace Rollups.Contracts;

/// <summary>The Validator built the outputs tree and stored the proofs: the claim of the epoch is known.</summary>
[EntityName("epoch.claim_calculated")]
public sealed record EpochClaimCalculated : IEpochEvent
{
    /// <inheritdoc />
    public required ulong ChainId { get; init; }

    /// <inheritdoc />
    public required string Application { get; init; }

    /// <inheritdoc />
    public required string ApplicationName { get; init; }

    /// <inheritdoc />
    public required ulong EpochIndex { get; init; }

    /// <summary>Root of the height-63 outputs tree, the claim: 0x and 64 hex digits.</summary>
    public required string OutputsMerkleRoot { get; init; }

    /// <summary>Last L1 block of the epoch, which identifies it on chain.</summary>
    public required ulong LastBlock { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
