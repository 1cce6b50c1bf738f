using Rollups.EvmReader.Facts;

namespace Rollups.EvmReader.History;

/// <summary>The same inputs are in other blocks of the same numbers: no result computed from them is wrong.</summary>
/// <param name="Application">The application.</param>
/// <param name="ForkBlock">Number of the first replaced block with an input.</param>
/// <param name="Blocks">The new blocks that have inputs, oldest first; at least one.</param>
internal sealed record MovedInputs(ObservedApplication Application, ulong ForkBlock, IReadOnlyList<MovedBlock> Blocks)
    : HistoryChange(Application.Id);
