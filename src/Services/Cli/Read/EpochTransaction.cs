using System.Numerics;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Cli.Read;

/// <summary>A transaction of the epoch.</summary>
/// <param name="Sent">What the node signed, in its newest version.</param>
/// <param name="ReplacedHashes">Hashes of its earlier versions, the first one first.</param>
/// <param name="Mined">What it cost; null if it is not mined, or if neither the node nor L1 could be asked.</param>
internal sealed record EpochTransaction(TransactionRow Sent, IReadOnlyList<Hash32> ReplacedHashes, MinedTransaction? Mined)
{
    /// <summary>The most that gas can cost, in wei.</summary>
    public BigInteger HighestFee => (BigInteger)Sent.GasLimit * Sent.MaxFeePerGas;

    /// <summary>What is stored of it.</summary>
    public static EpochTransaction Of(StoredTransaction stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return new(
            TransactionRow.Of(stored.Sent),
            [.. stored.Replaced.Select(version => version.TransactionHash)],
            stored.Mined is { } mined
                ? new MinedTransaction(
                    mined.TransactionHash,
                    mined.BlockNumber,
                    MinedTransaction.HasSucceeded(stored.Sent.State),
                    mined.GasUsed,
                    (BigInteger)mined.Fee
                )
                : null
        );
    }
}
