using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>Whether L1 still has the block of the newest stored input.</summary>
internal enum HistoryStanding
{
    /// <summary>L1 has the block that was read: everything before it is unchanged.</summary>
    Same,

    /// <summary>Another block has its number: L1 was reorganised, or the endpoint or the database was exchanged.</summary>
    Replaced,

    /// <summary>The endpoint did not return the block.</summary>
    Unknown,
}
