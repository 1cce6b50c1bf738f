using System.Numerics;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>Section <c>Transactions</c>: how the node's L1 transactions are sent, whichever service decides on them.</summary>
public sealed class TransactionOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Transactions";

    /// <summary>A transaction without a receipt is broadcast again, the same bytes, after this number of blocks.</summary>
    /// <value>The default is 10 blocks.</value>
    public int RebroadcastAfterBlocks { get; set; } = 10;

    /// <summary>
    /// An epoch of which this many transactions of a kind were mined and reverted stops its application as FAILED, so that no gas is burnt
    /// for ever. One that only lost a race does not count.
    /// </summary>
    /// <value>The default is 3 transactions.</value>
    public int MaxReverted { get; set; } = 3;

    /// <summary>
    /// A transaction that is next in its account's order and in no block after this number of blocks is replaced by one with higher fees.
    /// </summary>
    /// <value>The default is 25 blocks.</value>
    public int ReplaceAfterBlocks { get; set; } = 25;

    /// <summary>Most replacements of one transaction; 0 = none.</summary>
    /// <value>The default is 5.</value>
    public int MaxReplacements { get; set; } = 5;

    /// <summary>By how much a replacement's fees are higher, in percent; nodes insist on 10.</summary>
    /// <value>The default is 25 percent.</value>
    public int ReplacementFeePercent { get; set; } = 25;

    /// <summary>Most that a transaction offers for a gas unit, in gwei (10^9 wei).</summary>
    /// <value>The default is 500 gwei.</value>
    public decimal MaxFeePerGasGwei { get; set; } = 500;

    /// <summary>An account that has less than this, in ether, is warned of; 0 = never.</summary>
    /// <value>The default is 0.1 ether.</value>
    public decimal BalanceWarningEther { get; set; } = 0.1m;

    /// <summary>How often the account's balance is read.</summary>
    /// <value>The default is one minute.</value>
    public TimeSpan BalanceInterval { get; set; } = TimeSpan.FromMinutes(1);

    internal BigInteger MaxFeePerGas => new(MaxFeePerGasGwei * 1_000_000_000);

    internal IEnumerable<string> Problems()
    {
        if (RebroadcastAfterBlocks is < 1 or > 1_000_000)
            yield return $"{Section}:RebroadcastAfterBlocks is {RebroadcastAfterBlocks}: give a number from 1 to 1000000.";
        if (MaxReverted is < 1 or > 100)
            yield return $"{Section}:MaxReverted is {MaxReverted}: give a number from 1 to 100.";
        if (ReplaceAfterBlocks is < 1 or > 1_000_000)
            yield return $"{Section}:ReplaceAfterBlocks is {ReplaceAfterBlocks}: give a number from 1 to 1000000.";
        if (MaxReplacements is < 0 or > 100)
            yield return $"{Section}:MaxReplacements is {MaxReplacements}: give a number from 0 to 100.";
        if (ReplacementFeePercent is < FeeRules.LeastIncreasePercent or > 1000)
            yield return $"{Section}:ReplacementFeePercent is {ReplacementFeePercent}: give a number from {FeeRules.LeastIncreasePercent} "
                + $"to 1000.";
        if (MaxFeePerGasGwei is < 0.000000001m or > 1_000_000_000)
            yield return $"{Section}:MaxFeePerGasGwei is {MaxFeePerGasGwei}: give a number from 0.000000001 to 1000000000.";
        if (BalanceWarningEther is < 0 or > 1_000_000_000)
            yield return $"{Section}:BalanceWarningEther is {BalanceWarningEther}: give a number of ether from 0 (no warning) to "
                + $"1000000000.";
        if (BalanceInterval < TimeSpan.FromSeconds(1) || BalanceInterval > TimeSpan.FromDays(1))
            yield return $"{Section}:BalanceInterval is {BalanceInterval}: give a time from 00:00:01 to a day, such as 00:01:00.";
    }
}
