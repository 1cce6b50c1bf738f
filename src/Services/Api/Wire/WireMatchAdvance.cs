using Rollups.Domain;

namespace Rollups.Api.Wire;

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
