using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>A tournament (PRT). Rows of PRT have no times of their own; those of their epoch stand in.</summary>
internal sealed record WireTournament
{
    public required ulong EpochIndex { get; init; }
    public required Address Address { get; init; }
    public required Address? ParentTournamentAddress { get; init; }
    public required Hash32? ParentMatchIdHash { get; init; }
    public required ulong MaxLevel { get; init; }
    public required ulong Level { get; init; }
    public required ulong Log2step { get; init; }
    public required ulong Height { get; init; }
    public required Hash32? WinnerCommitment { get; init; }
    public required Hash32? FinalStateHash { get; init; }

    /// <summary>0 while it is running.</summary>
    public required ulong FinishedAtBlock { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A commitment that joined a tournament.</summary>
internal sealed record WireCommitment
{
    public required ulong EpochIndex { get; init; }
    public required Address TournamentAddress { get; init; }
    public required Hash32 Commitment { get; init; }
    public required Hash32 FinalStateHash { get; init; }
    public required Address SubmitterAddress { get; init; }
    public required ulong BlockNumber { get; init; }
    public required Hash32 TxHash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Two contradicting commitments.</summary>
internal sealed record WireMatch
{
    public required ulong EpochIndex { get; init; }
    public required Address TournamentAddress { get; init; }
    public required Hash32 IdHash { get; init; }
    public required Hash32 CommitmentOne { get; init; }
    public required Hash32 CommitmentTwo { get; init; }
    public required Hash32 LeftOfTwo { get; init; }
    public required ulong BlockNumber { get; init; }
    public required Hash32 TxHash { get; init; }
    public required MatchWinner WinnerCommitment { get; init; }
    public required MatchDeletion DeletionReason { get; init; }
    public required ulong? DeletionBlockNumber { get; init; }
    public required Hash32? DeletionTxHash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A bisection step of a match.</summary>
internal sealed record WireMatchAdvance
{
    public required ulong EpochIndex { get; init; }
    public required Address TournamentAddress { get; init; }
    public required Hash32 IdHash { get; init; }
    public required Hash32 OtherParent { get; init; }
    public required Hash32 LeftNode { get; init; }
    public required ulong BlockNumber { get; init; }
    public required Hash32 TxHash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A bond that was paid or recovered. The node keeps none yet, so lists are empty.</summary>
internal sealed record WireBondEvent
{
    public required ulong EpochIndex { get; init; }
    public required Address TournamentAddress { get; init; }
    public required ulong BlockNumber { get; init; }
    public required Hash32 TxHash { get; init; }
    public required ulong LogIndex { get; init; }
}
