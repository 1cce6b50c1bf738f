using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>A bond that was paid or recovered. The node keeps none yet, so lists are empty.</summary>
internal sealed record WireBondEvent
{
    public required ulong EpochIndex { get; init; }
    public required Address TournamentAddress { get; init; }
    public required ulong BlockNumber { get; init; }
    public required Hash32 TxHash { get; init; }
    public required ulong LogIndex { get; init; }
}
