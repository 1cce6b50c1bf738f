using Rollups.Domain;

namespace Rollups.EvmReader.History;

/// <summary>The newest stored input of an application. Its block's hash stands for the whole history before it.</summary>
/// <param name="Index">Index of the input.</param>
/// <param name="BlockNumber">Its L1 block.</param>
/// <param name="BlockHash">Hash of that block when the input was read.</param>
internal readonly record struct NewestInput(ulong Index, ulong BlockNumber, Hash32 BlockHash);

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
