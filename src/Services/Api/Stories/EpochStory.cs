using Rollups.Domain;

namespace Rollups.Api.Stories;

/// <summary>An epoch in the list of GET /epochs.</summary>
internal sealed record EpochSummary
{
    public required Address Application { get; init; }
    public required string ApplicationName { get; init; }
    public required ulong Index { get; init; }
    public required EpochStatus State { get; init; }

    /// <summary>When it entered the state.</summary>
    public required DateTimeOffset? Since { get; init; }
    public required ulong FirstBlock { get; init; }
    public required ulong LastBlock { get; init; }
    public required ulong Inputs { get; init; }
}

/// <summary>A page of GET /epochs.</summary>
internal sealed record EpochList
{
    public required IReadOnlyList<EpochSummary> Epochs { get; init; }

    /// <summary>The filter <c>after</c> of the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>Everything that is stored of an epoch's way.</summary>
internal sealed record EpochStory
{
    public required Address Application { get; init; }
    public required string ApplicationName { get; init; }
    public required ulong Index { get; init; }
    public required EpochStatus State { get; init; }
    public required DateTimeOffset? Since { get; init; }
    public required ulong FirstBlock { get; init; }
    public required ulong LastBlock { get; init; }
    public required ulong FirstInput { get; init; }

    /// <summary>Exclusive.</summary>
    public required ulong EndInput { get; init; }
    public required Hash32? OutputsMerkleRoot { get; init; }
    public required Hash32? Commitment { get; init; }
    public required Address? TournamentAddress { get; init; }
    public required Hash32? ClaimTransactionHash { get; init; }
    public required Hash32? AcceptanceTransactionHash { get; init; }

    /// <summary>Whether L1 can still replace the block of the claim or of its acceptance.</summary>
    public required bool IsProvisional { get; init; }

    /// <summary>How often L1 reverted the claim; the stages are those of the last round.</summary>
    public required int TimesReverted { get; init; }
    public required DateTimeOffset? RevertedAt { get; init; }
    public required string? RejectionReason { get; init; }

    /// <summary>Id of the trace that has everything the node did for it, 32 hex digits; null if nothing collected traces.</summary>
    public required string? TraceId { get; init; }

    /// <summary>The stages that the epoch reached, in order.</summary>
    public required IReadOnlyList<EpochStage> Stages { get; init; }

    /// <summary>The transactions that the node sent for it, the oldest first.</summary>
    public required IReadOnlyList<EpochTransaction> Transactions { get; init; }
}

/// <summary>A stage of an epoch.</summary>
internal sealed record EpochStage
{
    public required EpochStatus State { get; init; }
    public required DateTimeOffset? At { get; init; }

    /// <summary>Seconds since the stage before; null for the first.</summary>
    public required double? SecondsAfterPrevious { get; init; }

    /// <summary>What caused it; null for stages that an earlier version of the node stored.</summary>
    public required EpochCause? Cause { get; init; }
}

/// <summary>An L1 transaction of the node for the epoch.</summary>
internal sealed record EpochTransaction
{
    public required TransactionKind Kind { get; init; }
    public required Hash32 Hash { get; init; }

    /// <summary>Pending, or how it ended.</summary>
    public required TransactionState Outcome { get; init; }
    public required Address Signer { get; init; }
    public required ulong Nonce { get; init; }
    public required Address To { get; init; }

    /// <summary>Wei.</summary>
    public required decimal Value { get; init; }

    /// <summary>What it cost; null until it is mined.</summary>
    public required EpochTransactionCost? Mined { get; init; }

    /// <summary>Gas units.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>Wei per gas unit that the transaction offers at most.</summary>
    public required ulong MaxFeePerGas { get; init; }
    public required ulong MaxPriorityFeePerGas { get; init; }

    /// <summary>Wei that the transaction costs at most, without its value.</summary>
    public required decimal MaxFee { get; init; }
    public required ulong SentAtBlock { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Earlier versions with the same nonce and lower fees; any of them may be the mined one.</summary>
    public required IReadOnlyList<EpochTransactionVersion> Replaced { get; init; }
}

/// <summary>An earlier version of a transaction.</summary>
internal sealed record EpochTransactionVersion
{
    public required Hash32 Hash { get; init; }
    public required ulong MaxFeePerGas { get; init; }
    public required ulong MaxPriorityFeePerGas { get; init; }
    public required ulong SentAtBlock { get; init; }
    public required DateTimeOffset ReplacedAt { get; init; }
}
