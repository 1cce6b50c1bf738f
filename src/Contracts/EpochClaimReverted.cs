using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// An L1 reorg dropped the block of our claim or its acceptance: the claim is queried again, and resubmitted if L1 lacks it.
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

    /// <summary>Stage the claim had reached: <c>submitted</c> or <c>accepted</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>Number of the dropped L1 block; the lowest if there are several.</summary>
    public required ulong BlockNumber { get; init; }

    /// <summary>Its former hash: 0x and 64 hex digits.</summary>
    public required string BlockHash { get; init; }

    /// <summary>The round that begins: how often the claim of this epoch was reverted, including this time.</summary>
    public required int Round { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
