using Rollups.Domain;

namespace Rollups.Api.Stories;

/// <summary>What a mined transaction cost.</summary>
internal sealed record EpochTransactionCost
{
    /// <summary>Hash of the version that was mined.</summary>
    public required Hash32 Hash { get; init; }
    public required ulong BlockNumber { get; init; }

    /// <summary>Gas units.</summary>
    public required ulong GasUsed { get; init; }

    /// <summary>Wei per gas unit.</summary>
    public required ulong EffectiveGasPrice { get; init; }

    /// <summary>Wei, without the value that was sent along.</summary>
    public required decimal Fee { get; init; }

    public static EpochTransactionCost? Of(MinedTransaction? mined) =>
        mined is null
            ? null
            : new EpochTransactionCost
            {
                Hash = mined.TransactionHash,
                BlockNumber = mined.BlockNumber,
                GasUsed = mined.GasUsed,
                EffectiveGasPrice = mined.EffectiveGasPrice,
                Fee = mined.Fee,
            };
}
