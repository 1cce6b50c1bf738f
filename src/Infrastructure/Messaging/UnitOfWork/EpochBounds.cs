using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>The blocks and inputs of an epoch, and what L1 has decided about it so far.</summary>
/// <param name="Index">Index of the epoch.</param>
/// <param name="FirstBlock">First L1 block, inclusive.</param>
/// <param name="LastBlock">Last L1 block, inclusive.</param>
/// <param name="InputIndexLowerBound">Index of its first input, inclusive.</param>
/// <param name="InputIndexUpperBound">Index after its last input, exclusive.</param>
public sealed record EpochBounds(ulong Index, ulong FirstBlock, ulong LastBlock, ulong InputIndexLowerBound, ulong InputIndexUpperBound)
{
    /// <summary>The root tournament that the epoch's seal names (PRT); null before the seal, and for Authority and Quorum.</summary>
    public Address? Tournament { get; init; }

    /// <summary>The trace of an epoch that is stored already; null if it has none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The epoch's settlement, if the next seal is already known (PRT); null otherwise.</summary>
    public EpochSettlement? Settlement { get; init; }
}
