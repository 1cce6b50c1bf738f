namespace Rollups.Domain;

/// <summary>
/// The tree over a Cartesi Machine's 2^64-byte state: a leaf is keccak256 of 32 bytes of memory, so there are 59 levels above. The
/// tree is sparse: blocks that are not given are zero.
/// </summary>
public static class MemoryMerkleTree
{
    /// <summary>Levels above the leaves, and siblings in a proof.</summary>
    public const int Height = 59;

    private static readonly Hash32[] PristineLevels = MerkleLevels.Pristine(Keccak256.Hash(Hash32.Zero.ToByteArray()), Height);

    /// <summary>Root of a state in which only these blocks are non-zero.</summary>
    /// <param name="blocks">32-byte memory blocks by leaf index (address divided by 32).</param>
    public static Hash32 Root(IReadOnlyDictionary<ulong, Hash32> blocks)
    {
        var level = Leaves(blocks);
        for (var height = 0; height < Height; height++)
            level = Parents(level, height);
        return level.TryGetValue(0, out var root) ? root : PristineLevels[Height];
    }

    /// <summary>The hash of a 32-byte block: its leaf.</summary>
    public static Hash32 Leaf(Hash32 block) => Keccak256.Hash(block.ToByteArray());

    /// <summary>The ancestor of a node whose other descendants are zero.</summary>
    /// <param name="node">The node.</param>
    /// <param name="index">Index of a leaf below it.</param>
    /// <param name="from">Level of the node; 0 is a leaf.</param>
    /// <param name="to">Level of the ancestor, up to 59.</param>
    public static Hash32 Climb(Hash32 node, ulong index, int from, int to)
    {
        for (var level = from; level < to; level++)
            node = ((index >> level) & 1) == 0 ? Keccak256.Hash(node, PristineLevels[level]) : Keccak256.Hash(PristineLevels[level], node);
        return node;
    }

    /// <summary>The 59 siblings of a block, bottom-up.</summary>
    public static Hash32[] Siblings(IReadOnlyDictionary<ulong, Hash32> blocks, ulong index)
    {
        var siblings = new Hash32[Height];
        var level = Leaves(blocks);
        for (var height = 0; height < Height; height++)
        {
            siblings[height] = level.TryGetValue((index >> height) ^ 1, out var sibling) ? sibling : PristineLevels[height];
            level = Parents(level, height);
        }

        return siblings;
    }

    /// <summary>The root computed from a 32-byte block and its 59 siblings.</summary>
    /// <exception cref="ArgumentException">Not 59 siblings.</exception>
    public static Hash32 Fold(ulong index, Hash32 block, IReadOnlyList<Hash32> siblings)
    {
        if (siblings.Count != Height)
            throw new ArgumentException($"A state proof has {Height} siblings, not {siblings.Count}.", nameof(siblings));
        var node = Keccak256.Hash(block.ToByteArray());
        for (var level = 0; level < Height; level++)
            node = ((index >> level) & 1) == 0 ? Keccak256.Hash(node, siblings[level]) : Keccak256.Hash(siblings[level], node);
        return node;
    }

    private static Dictionary<ulong, Hash32> Leaves(IReadOnlyDictionary<ulong, Hash32> blocks) =>
        blocks.ToDictionary(block => block.Key, block => Keccak256.Hash(block.Value.ToByteArray()));

    private static Dictionary<ulong, Hash32> Parents(Dictionary<ulong, Hash32> level, int height)
    {
        var parents = new Dictionary<ulong, Hash32>();
        foreach (var position in level.Keys)
        {
            var left = position & ~1UL;
            parents[position >> 1] = Keccak256.Hash(
                level.TryGetValue(left, out var leftNode) ? leftNode : PristineLevels[height],
                level.TryGetValue(left + 1, out var rightNode) ? rightNode : PristineLevels[height]
            );
        }

        return parents;
    }
}
