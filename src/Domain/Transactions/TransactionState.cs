namespace Rollups.Domain;

/// <summary>Where a stored transaction stands. Stored as the upper-case word.</summary>
public enum TransactionState
{
    /// <summary>Stored, perhaps broadcast, not seen in a block at the configured tag.</summary>
    Pending,

    /// <summary>Mined and successful.</summary>
    Confirmed,

    /// <summary>Mined and reverted.</summary>
    Reverted,

    /// <summary>Mined and reverted, because somebody else was faster: nothing is wrong with it.</summary>
    LostRace,

    /// <summary>Given up or overtaken: its nonce was used by another transaction.</summary>
    Dropped,
}
