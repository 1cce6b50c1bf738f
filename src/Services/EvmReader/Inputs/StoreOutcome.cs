namespace Rollups.EvmReader.Inputs;

/// <summary>What became of a batch.</summary>
internal enum StoreOutcome
{
    /// <summary>Stored, with its epochs, its cursor and its events.</summary>
    Stored,

    /// <summary>
    /// Nothing was written: the application is gone or switched off, or another replica was faster or has taken the lease over.
    /// </summary>
    Superseded,

    /// <summary>Nothing was written but the fault: the application is inoperable.</summary>
    Faulty,
}
