using System.Numerics;
using Rollups.Ethereum;

namespace Rollups.Claimer;

/// <summary>Section <c>Services:Claimer</c>.</summary>
public sealed class ClaimerOptions
{
    /// <summary>Whether transactions are sent. Without it claims are only observed, and no key is needed.</summary>
    /// <value>The default is true.</value>
    public bool SubmissionEnabled { get; set; } = true;

    /// <summary>A transaction without a receipt is broadcast again, the same bytes, after this number of blocks.</summary>
    /// <value>The default is 10 blocks.</value>
    public int RebroadcastAfterBlocks { get; set; } = 10;

    /// <summary>An epoch whose claim was mined and reverted this many times stops its application as FAILED, so that no gas is burnt for ever.</summary>
    /// <value>The default is 3 transactions.</value>
    public int MaxRevertedTransactions { get; set; } = 3;

    /// <summary>A transaction that is next in its account's order and in no block after this number of blocks is replaced by one with higher fees.</summary>
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

    internal BigInteger MaxFeePerGas => new(MaxFeePerGasGwei * 1_000_000_000);

    internal IEnumerable<string> Problems()
    {
        if (ReplaceAfterBlocks is < 1 or > 1_000_000)
            yield return $"Services:Claimer:ReplaceAfterBlocks is {ReplaceAfterBlocks}: give a number from 1 to 1000000.";
        if (MaxReplacements is < 0 or > 100)
            yield return $"Services:Claimer:MaxReplacements is {MaxReplacements}: give a number from 0 to 100.";
        if (ReplacementFeePercent is < FeeRules.LeastIncreasePercent or > 1000)
            yield return $"Services:Claimer:ReplacementFeePercent is {ReplacementFeePercent}: give a number from {FeeRules.LeastIncreasePercent} to 1000.";
        if (MaxFeePerGasGwei is < 0.000000001m or > 1_000_000_000)
            yield return $"Services:Claimer:MaxFeePerGasGwei is {MaxFeePerGasGwei}: give a number from 0.000000001 to 1000000000.";
        if (RebroadcastAfterBlocks is < 1 or > 1_000_000)
            yield return $"Services:Claimer:RebroadcastAfterBlocks is {RebroadcastAfterBlocks}: give a number from 1 to 1000000.";
        if (MaxRevertedTransactions is < 1 or > 100)
            yield return $"Services:Claimer:MaxRevertedTransactions is {MaxRevertedTransactions}: give a number from 1 to 100.";
    }
}
