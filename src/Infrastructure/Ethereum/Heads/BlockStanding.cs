using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>Result of checking previously read blocks.</summary>
/// <param name="Held">Blocks that are still on L1.</param>
/// <param name="Gone">Blocks with another hash at their number. A block in neither set was not judged.</param>
/// <param name="Final">Those of <paramref name="Held"/> that are final on the same branch.</param>
/// <param name="FinalNumber">Number of the newest final block before the check: every dropped block was above it. 0 if unknown.</param>
public sealed record BlockStanding(
    IReadOnlySet<ReadBlock> Held,
    IReadOnlySet<ReadBlock> Gone,
    IReadOnlySet<ReadBlock> Final,
    ulong FinalNumber
);
