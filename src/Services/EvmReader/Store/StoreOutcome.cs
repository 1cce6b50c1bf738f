namespace Rollups.EvmReader.Store;

/// <summary>The result of storing a batch.</summary>
internal enum StoreOutcome
{
    /// <summary>Stored, with its epochs, its cursor and its events.</summary>
    Stored,

    /// <summary>
    /// Nothing was written: the application is gone or disabled, or another replica was faster or has taken over the lease.
    /// </summary>
    Superseded,

    /// <summary>Only the fault was written: the application is inoperable.</summary>
    Faulty,
}
