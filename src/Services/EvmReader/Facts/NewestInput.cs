using Rollups.Domain;

namespace Rollups.EvmReader.Facts;

/// <summary>The newest stored input of an application. Its block's hash commits to the whole history before it.</summary>
/// <param name="Index">Index of the input.</param>
/// <param name="BlockNumber">Its L1 block.</param>
/// <param name="BlockHash">Hash of that block when the input was read.</param>
internal readonly record struct NewestInput(ulong Index, ulong BlockNumber, Hash32 BlockHash);
