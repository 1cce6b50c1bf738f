using Rollups.Domain;

namespace Rollups.Api.Wire;

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
