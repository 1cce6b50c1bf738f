using System.ComponentModel.DataAnnotations;
using System.Numerics;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Transactions;

/// <summary>Section <c>Transactions</c>: how the node's L1 transactions are sent, whichever service decides on them.</summary>
public sealed class TransactionOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Transactions";

    /// <summary>The same bytes are broadcast again after this number of blocks without a receipt, at the configured tag.</summary>
    /// <value>1 to 1000000 blocks; the default is 10.</value>
    [Range(1, 1_000_000)]
    [Setting(Unit = "blocks")]
    public int RebroadcastAfterBlocks { get; set; } = 10;

    /// <summary>
    /// An epoch of which this many transactions of a kind were mined and reverted stops its application as FAILED, so that no gas is burnt
    /// for ever. One that reverted because somebody else was faster does not count.
    /// </summary>
    /// <value>1 to 100 transactions; the default is 3.</value>
    [Range(1, 100)]
    [Setting(Unit = "transactions")]
    public int MaxReverted { get; set; } = 3;

    /// <summary>
    /// The account's next transaction is replaced by one with higher fees after this number of blocks without being in one.
    /// </summary>
    /// <value>1 to 1000000 blocks; the default is 25.</value>
    [Range(1, 1_000_000)]
    [Setting(Unit = "blocks")]
    public int ReplaceAfterBlocks { get; set; } = 25;

    /// <summary>Most replacements of one transaction.</summary>
    /// <value>0 to 100 replacements; 0: none; the default is 5.</value>
    [Range(0, 100)]
    [Setting(Unit = "replacements", Zero = "none")]
    public int MaxReplacements { get; set; } = 5;

    /// <summary>By how much both fees (the gas price) of a replacement are higher; Ethereum nodes insist on 10.</summary>
    /// <value>10 to 1000 percent; the default is 25.</value>
    [Range(FeeRules.LeastIncreasePercent, 1000)]
    [Setting(Unit = "percent")]
    public int ReplacementFeePercent { get; set; } = 25;

    /// <summary>
    /// Most that a transaction offers for a unit of gas (a gwei is 10^9 wei), at first and in replacements. What costs more waits.
    /// </summary>
    /// <value>0.000000001 to 1000000000 gwei; the default is 500.</value>
    [Range(typeof(decimal), "0.000000001", "1000000000", ParseLimitsInInvariantCulture = true)]
    [Setting(Unit = "gwei")]
    public decimal MaxFeePerGasGwei { get; set; } = 500;

    /// <summary>The account's balance below which the log warns, once.</summary>
    /// <value>0 to 1000000000 ether; 0: no warning; the default is 0.1.</value>
    [Range(typeof(decimal), "0", "1000000000", ParseLimitsInInvariantCulture = true)]
    [Setting(Unit = "ether", Zero = "no warning")]
    public decimal BalanceWarningEther { get; set; } = 0.1m;

    /// <summary>How often the balance is read, for the warning and for the gauge <c>rollups.signer.balance</c>.</summary>
    /// <value>A second to a day; the default is 00:01:00.</value>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan BalanceInterval { get; set; } = TimeSpan.FromMinutes(1);

    internal BigInteger MaxFeePerGas => new(MaxFeePerGasGwei * 1_000_000_000);
}
