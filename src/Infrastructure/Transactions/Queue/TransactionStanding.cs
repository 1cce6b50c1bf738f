namespace Rollups.Transactions;

/// <summary>State of an epoch's transaction, judged at the configured block tag.</summary>
public enum TransactionStanding
{
    /// <summary>None is pending: a new one can be sent.</summary>
    None,

    /// <summary>Pending, or it has just lost a race: a later head decides.</summary>
    Waiting,

    /// <summary>Broadcast again and mined at once.</summary>
    Mined,

    /// <summary>Mined and successful at or below the tag; it stays pending until the caller has seen its effect and confirms it.</summary>
    Succeeded,

    /// <summary>Mined and reverted so often that no further one should be sent.</summary>
    RevertedTooOften,
}
