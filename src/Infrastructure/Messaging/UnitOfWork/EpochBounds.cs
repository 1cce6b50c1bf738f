using Microsoft.EntityFrameworkCore.Query;
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

/// <summary>How an epoch was settled, as the next epoch's seal names it (PRT).</summary>
/// <param name="MachineHash">Machine root with which it was settled.</param>
/// <param name="OutputsMerkleRoot">Outputs root with which it was settled.</param>
/// <param name="Fact">The transaction of the seal, and its block.</param>
public sealed record EpochSettlement(Hash32 MachineHash, Hash32 OutputsMerkleRoot, L1Fact Fact)
{
    /// <summary>The previous epoch's settlement, according to a seal.</summary>
    /// <param name="seal">The seal.</param>
    /// <param name="isProvisional">Whether the seal's block can still be replaced.</param>
    public static EpochSettlement By(EpochSealed seal, bool isProvisional) =>
        new(seal.InitialMachineStateHash, seal.OutputsMerkleRoot, L1Fact.Of(seal.Log, isProvisional));

    /// <summary>Writes the settlement into the row of the settled epoch, whose status does not change.</summary>
    /// <param name="set">The update of that row.</param>
    public void WriteTo(UpdateSettersBuilder<Epoch> set) =>
        set.SetProperty(row => row.SettledMachineHash, MachineHash)
            .SetProperty(row => row.SettledOutputsMerkleRoot, OutputsMerkleRoot)
            .SetProperty(row => row.SettlementTransactionHash, Fact.Transaction)
            .SetProperty(row => row.SettlementBlockNumber, Fact.BlockNumber)
            .SetProperty(row => row.SettlementBlockHash, Fact.BlockHash)
            .SetProperty(row => row.IsProvisional, row => row.IsProvisional || Fact.IsProvisional);
}
