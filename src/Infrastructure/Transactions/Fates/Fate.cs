namespace Rollups.Transactions;

/// <summary>State of a stored transaction, judged at the configured tag.</summary>
internal enum Fate
{
    /// <summary>Not in a block.</summary>
    Waiting,

    /// <summary>In a block above the configured tag, which does not count yet.</summary>
    MinedAboveTop,

    Succeeded,
    Reverted,

    /// <summary>Another transaction of the account has used its nonce.</summary>
    Overtaken,
}
