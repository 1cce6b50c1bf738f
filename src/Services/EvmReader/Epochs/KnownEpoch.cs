using Rollups.Persistence;

namespace Rollups.EvmReader.Epochs;

/// <summary>An epoch that is stored.</summary>
internal sealed record KnownEpoch(
    ulong Index,
    ulong FirstBlock,
    ulong LastBlock,
    ulong InputIndexLowerBound,
    ulong InputIndexUpperBound,
    EpochStatus Status
);
