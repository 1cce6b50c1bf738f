using System.Numerics;

namespace Rollups.Domain;

/// <summary>
/// The state needed to append to an outputs tree: for each set bit l of the number of leaves, the root of a complete left subtree of
/// 2^l leaves.
/// </summary>
public sealed class OutputsFrontier
{
    private readonly Hash32[] _entries = new Hash32[OutputsMerkleTree.Height];

    /// <summary>Number of leaves.</summary>
    public ulong Count { get; private set; }

    /// <summary>
    /// The frontier after the last leaf of an epoch, rebuilt from that leaf's stored proof; no other history is needed.
    /// </summary>
    /// <param name="index">Index of the last leaf.</param>
    /// <param name="leaf">The leaf.</param>
    /// <param name="siblings">Its 63 siblings in the tree of which it is the last leaf.</param>
    /// <exception cref="ArgumentException">Not 63 siblings.</exception>
    public static OutputsFrontier FromLastProof(ulong index, Hash32 leaf, IReadOnlyList<Hash32> siblings)
    {
        if (siblings.Count != OutputsMerkleTree.Height)
            throw new ArgumentException($"A proof has {OutputsMerkleTree.Height} siblings, not {siblings.Count}.", nameof(siblings));
        var frontier = new OutputsFrontier { Count = index + 1 };
        var lowest = BitOperations.TrailingZeroCount(frontier.Count);
        var node = leaf;
        for (var level = 0; level < lowest; level++)
            node = Keccak256.Hash(siblings[level], node);
        frontier._entries[lowest] = node;
        for (var level = lowest + 1; level < OutputsMerkleTree.Height; level++)
        {
            if (((frontier.Count >> level) & 1) == 1)
                frontier._entries[level] = siblings[level];
        }

        return frontier;
    }

    /// <summary>The frontier with that number of leaves and those <see cref="Entries"/>.</summary>
    /// <exception cref="ArgumentException">Not one entry for each set bit of the count.</exception>
    public static OutputsFrontier Of(ulong count, IReadOnlyList<Hash32> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (BitOperations.PopCount(count) != entries.Count || count >> OutputsMerkleTree.Height != 0)
            throw new ArgumentException($"A frontier of {count} leaves does not have {entries.Count} entries.", nameof(entries));
        var frontier = new OutputsFrontier { Count = count };
        for (var (level, next) = (0, 0); level < OutputsMerkleTree.Height; level++)
        {
            if (((count >> level) & 1) == 1)
                frontier._entries[level] = entries[next++];
        }

        return frontier;
    }

    /// <summary>The roots of the complete subtrees, from the smallest on: one for each set bit of the count.</summary>
    public IEnumerable<Hash32> Entries =>
        Enumerable.Range(0, OutputsMerkleTree.Height).Where(level => ((Count >> level) & 1) == 1).Select(level => _entries[level]);

    /// <summary>An independent copy.</summary>
    public OutputsFrontier Copy()
    {
        var copy = new OutputsFrontier { Count = Count };
        _entries.CopyTo(copy._entries, 0);
        return copy;
    }

    /// <summary>Adds a leaf: a binary carry.</summary>
    public void Push(Hash32 leaf)
    {
        var node = leaf;
        var level = 0;
        for (; ((Count >> level) & 1) == 1; level++)
            node = Keccak256.Hash(_entries[level], node);
        _entries[level] = node;
        Count++;
    }

    /// <summary>The tree's root.</summary>
    public Hash32 Root()
    {
        var node = Hash32.Zero;
        for (var level = 0; level < OutputsMerkleTree.Height; level++)
        {
            node =
                ((Count >> level) & 1) == 1
                    ? Keccak256.Hash(_entries[level], node)
                    : Keccak256.Hash(node, OutputsMerkleTree.Pristine(level));
        }

        return node;
    }

    internal Hash32 Entry(int level) => _entries[level];
}
