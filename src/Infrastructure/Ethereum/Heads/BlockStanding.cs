using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>The standing of blocks that were read.</summary>
/// <param name="Held">Blocks that are still on L1.</param>
/// <param name="Gone">Blocks with another hash at their number. A block in neither set was not judged.</param>
/// <param name="Final">Those of <paramref name="Held"/> that are final on the same branch.</param>
/// <param name="FinalNumber">
/// Number of the newest final block before the blocks were checked: whatever is gone went behind it. 0 where none is known.
/// </param>
public sealed record BlockStanding(
    IReadOnlySet<ReadBlock> Held,
    IReadOnlySet<ReadBlock> Gone,
    IReadOnlySet<ReadBlock> Final,
    ulong FinalNumber
);
