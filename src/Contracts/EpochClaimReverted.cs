using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// L1 took back the block of our claim, or of its acceptance: the claim is looked for again, and sent again where L1 lacks it.
/// </summary>
[EntityName("epoch.claim_reverted")]
public sealed record EpochClaimReverted : IEpochEvent
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

    /// <summary>How far the claim was: <c>submitted</c> or <c>accepted</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>Number of the L1 block that is gone; of several, the lowest.</summary>
    public required ulong BlockNumber { get; init; }

    /// <summary>The hash that it had: 0x and 64 hex digits.</summary>
    public required string BlockHash { get; init; }

    /// <summary>The round that begins: how often the claim of this epoch was taken back, this time included.</summary>
    public required int Round { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
