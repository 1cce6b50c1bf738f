using Microsoft.EntityFrameworkCore.Query;
using Rollups.Domain;

namespace Rollups.Messaging;

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
