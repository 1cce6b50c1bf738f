using Rollups.Domain;

namespace Rollups.Api.Stories;

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

    /// <summary>What caused the last revert; null if there was none, or if an earlier version of the node stored it.</summary>
    public required EpochCause? RevertCause { get; init; }
    public required string? RejectionReason { get; init; }

    /// <summary>Id of the trace that has everything the node did for it, 32 hex digits; null if nothing collected traces.</summary>
    public required string? TraceId { get; init; }

    /// <summary>The stages that the epoch reached, in order.</summary>
    public required IReadOnlyList<EpochStage> Stages { get; init; }

    /// <summary>The transactions that the node sent for it, the oldest first.</summary>
    public required IReadOnlyList<EpochTransaction> Transactions { get; init; }
}
