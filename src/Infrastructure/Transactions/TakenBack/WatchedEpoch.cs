using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>An epoch with an L1 fact recorded from a block that can still be replaced.</summary>
/// <param name="ApplicationId">Owner.</param>
/// <param name="Index">Epoch.</param>
/// <param name="ClaimBlock">Block of the claim; null where there is none.</param>
/// <param name="ClaimHash">Its hash when it was read.</param>
/// <param name="AcceptanceBlock">Block of the acceptance; null where there is none.</param>
/// <param name="AcceptanceHash">Its hash when it was read.</param>
/// <param name="SettlementBlock">Block of the settlement (PRT); null where there is none.</param>
/// <param name="SettlementHash">Its hash when it was read.</param>
internal sealed record WatchedEpoch(
    int ApplicationId,
    ulong Index,
    ulong? ClaimBlock,
    Hash32? ClaimHash,
    ulong? AcceptanceBlock,
    Hash32? AcceptanceHash,
    ulong? SettlementBlock,
    Hash32? SettlementHash
)
{
    /// <summary>Its blocks.</summary>
    public IEnumerable<ReadBlock> Blocks =>
        new[]
        {
            Block(ClaimBlock, ClaimHash),
            Block(AcceptanceBlock, AcceptanceHash),
            Block(SettlementBlock, SettlementHash),
        }.OfType<ReadBlock>();

    /// <summary>A stored block; null where there is none.</summary>
    public static ReadBlock? Block(ulong? number, Hash32? hash) => number is { } at && hash is { } was ? new ReadBlock(at, was) : null;
}
