using Rollups.EvmReader.Facts;

namespace Rollups.EvmReader.History;

/// <summary>Where the stored history diverges from L1.</summary>
/// <param name="First">The first input whose block was replaced.</param>
/// <param name="Same">The input before it, whose block was not replaced; null if there is none.</param>
internal readonly record struct Fork(NewestInput First, NewestInput? Same);
