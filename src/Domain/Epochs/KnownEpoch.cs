namespace Rollups.Domain;

/// <summary>A stored epoch.</summary>
public sealed record KnownEpoch(
    ulong Index,
    ulong FirstBlock,
    ulong LastBlock,
    ulong InputIndexLowerBound,
    ulong InputIndexUpperBound,
    EpochStatus Status
);
