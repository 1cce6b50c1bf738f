namespace Rollups.Transactions;

/// <summary>What a contract's refusal means for the refused transaction.</summary>
public enum Refusal
{
    /// <summary>Another sender was faster, or its time is over: the transaction is sound, and L1 shows what happened instead.</summary>
    Overtaken,

    /// <summary>The same transaction may succeed later without intervention.</summary>
    MayComeLater,

    /// <summary>It can never succeed.</summary>
    NeverSucceeds,

    /// <summary>Not in the table: retried and logged.</summary>
    Unknown,
}
