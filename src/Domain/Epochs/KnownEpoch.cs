namespace Rollups.Domain;

/// <summary>An epoch that is stored.</summary>
public sealed record KnownEpoch(
    ulong Index,
    ulong FirstBlock,
    ulong LastBlock,
    ulong InputIndexLowerBound,
    ulong InputIndexUpperBound,
    EpochStatus Status
);
