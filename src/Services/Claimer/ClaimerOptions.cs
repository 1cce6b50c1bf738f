namespace Rollups.Claimer;

/// <summary>Section <c>Services:Claimer</c>.</summary>
public sealed class ClaimerOptions
{
    /// <summary>Whether transactions are sent. Without it claims are only observed, and no key is needed.</summary>
    /// <value>The default is true.</value>
    public bool SubmissionEnabled { get; set; } = true;

    /// <summary>A transaction without a receipt is broadcast again, the same bytes, after this number of blocks.</summary>
    /// <value>The default is 64 blocks.</value>
    public int RebroadcastAfterBlocks { get; set; } = 64;

    /// <summary>An epoch whose claim was mined and reverted this many times stops its application as FAILED, so that no gas is burnt for ever.</summary>
    /// <value>The default is 3 transactions.</value>
    public int MaxRevertedTransactions { get; set; } = 3;

    internal IEnumerable<string> Problems()
    {
        if (RebroadcastAfterBlocks is < 1 or > 1_000_000)
            yield return $"Services:Claimer:RebroadcastAfterBlocks is {RebroadcastAfterBlocks}: give a number from 1 to 1000000.";
        if (MaxRevertedTransactions is < 1 or > 100)
            yield return $"Services:Claimer:MaxRevertedTransactions is {MaxRevertedTransactions}: give a number from 1 to 100.";
    }
}
