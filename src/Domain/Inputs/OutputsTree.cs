namespace Rollups.Domain;

/// <summary>
/// What proves the outputs of one epoch in the tree after its last output: the siblings of the nodes that the epoch made, which
/// neighbouring proofs share. Stored with the claim, and only if the epoch has outputs. A large epoch has the lower levels in
/// <see cref="OutputsTreeChunk"/>s, so that no row grows with it, and a proof reads a few kilobytes. Key: (application, epoch).
/// </summary>
public sealed class OutputsTree
{
    /// <summary>Levels in a chunk; they divide the height of the tree.</summary>
    public const int ChunkHeight = 7;

    /// <summary>Nodes of the lowest level of a chunk, at most.</summary>
    public const int ChunkWidth = 1 << ChunkHeight;

    /// <summary>Application of the epoch.</summary>
    public int ApplicationId { get; set; }

    /// <summary>The epoch.</summary>
    public ulong EpochIndex { get; set; }

    /// <summary>Index of the epoch's first output.</summary>
    public ulong FirstIndex { get; set; }

    /// <summary>Index of its last output.</summary>
    public ulong LastIndex { get; set; }

    /// <summary>Siblings from <see cref="TopLevel"/> up to the root; a multiple of 32 bytes.</summary>
    public required byte[] Siblings { get; set; }

    /// <summary>When they were stored.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Level below which chunks have the siblings: the lowest multiple of 7 on which the epoch has at most 128 nodes.</summary>
    public int TopLevel
    {
        get
        {
            var level = 0;
            while ((LastIndex >> level) - (FirstIndex >> level) >= ChunkWidth)
                level += ChunkHeight;
            return level;
        }
    }

    internal TreePart Top => new(TopLevel, OutputsMerkleTree.Height, FirstIndex >> TopLevel, LastIndex >> TopLevel);

    /// <summary>The chunks that the proof of an output of the epoch needs, by their first output and level.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The epoch has no such output.</exception>
    public IEnumerable<(ulong FirstIndex, int Level)> ChunksOf(ulong index)
    {
        EnsureHas(index);
        for (var level = 0; level < TopLevel; level += ChunkHeight)
            yield return (Math.Max(FirstIndex, ChunkOf(index, level).First << level), level);
    }

    /// <summary>The 63 siblings of an output of the epoch, bottom-up.</summary>
    /// <param name="index">Index of the output.</param>
    /// <param name="chunks">At least the chunks that <see cref="ChunksOf"/> names.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch has no such output.</exception>
    /// <exception cref="ArgumentException">The rows do not have the length that the epoch's outputs give them.</exception>
    public Hash32[] Prove(ulong index, IReadOnlyDictionary<(ulong FirstIndex, int Level), byte[]> chunks)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        var siblings = new Hash32[OutputsMerkleTree.Height];
        foreach (var key in ChunksOf(index))
            ChunkOf(index, key.Level).Read(index, chunks[key], siblings);
        Top.Read(index, Siblings, siblings);
        return siblings;
    }

    private TreePart ChunkOf(ulong index, int level)
    {
        var start = index >> level & ~(ulong)(ChunkWidth - 1);
        return new TreePart(
            level,
            level + ChunkHeight,
            Math.Max(FirstIndex >> level, start),
            Math.Min(LastIndex >> level, start + ChunkWidth - 1)
        );
    }

    private void EnsureHas(ulong index)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, FirstIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, LastIndex);
    }
}
