namespace Rollups.Transactions;

/// <summary>What a contract's refusal means for the transaction that was refused, as it stands.</summary>
public enum Refusal
{
    /// <summary>Somebody was faster, or its time is over: nothing is wrong with it, and L1 shows what has happened instead.</summary>
    Overtaken,

    /// <summary>The same transaction may succeed later, without anybody's help.</summary>
    MayComeLater,

    /// <summary>No repetition of it can ever succeed.</summary>
    NeverSucceeds,

    /// <summary>Not in the table: it is tried again, and told.</summary>
    Unknown,
}
