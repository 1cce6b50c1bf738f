namespace Rollups.Domain;

/// <summary>State of a stored transaction. Stored in upper case.</summary>
public enum TransactionState
{
    /// <summary>Stored, possibly broadcast, not yet in a block at the configured tag.</summary>
    Pending,

    /// <summary>Mined and successful.</summary>
    Confirmed,

    /// <summary>Mined and reverted.</summary>
    Reverted,

    /// <summary>Mined and reverted because another account was faster; the transaction itself was valid.</summary>
    LostRace,

    /// <summary>Abandoned or superseded: another transaction used its nonce.</summary>
    Dropped,
}
