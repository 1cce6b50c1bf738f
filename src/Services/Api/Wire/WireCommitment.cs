using Rollups.Domain;

namespace Rollups.Api.Wire;

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
