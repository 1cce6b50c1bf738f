using Rollups.Domain;
using Rollups.EvmReader.Facts;

namespace Rollups.EvmReader.History;

/// <summary>L1 replaced blocks with executed outputs: these count as not executed until L1 has them again.</summary>
/// <param name="ApplicationId">The application.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">What the reader remembers of it; null if it is not observed.</param>
/// <param name="Blocks">Hashes of the blocks.</param>
/// <param name="Lowest">The lowest number of a replaced block.</param>
/// <param name="Cursor">The executions may now be in any block after this one: the new cursor.</param>
internal sealed record RevertedExecutions(
    int ApplicationId,
    string Name,
    ReadingState? State,
    IReadOnlyList<Hash32> Blocks,
    ulong Lowest,
    ulong Cursor
) : HistoryChange(ApplicationId);
