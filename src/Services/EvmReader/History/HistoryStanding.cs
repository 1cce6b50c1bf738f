namespace Rollups.EvmReader.History;

/// <summary>What L1 says about the block of the newest stored input.</summary>
internal enum HistoryStanding
{
    /// <summary>It is the block that was read: everything before it is as it was read.</summary>
    Same,

    /// <summary>Another block has its number: L1 was reorganised, or the endpoint or the database was exchanged.</summary>
    Replaced,

    /// <summary>The endpoint did not give it.</summary>
    Unknown,
}
