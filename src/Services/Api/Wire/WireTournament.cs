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
