namespace Rollups.Ethereum;

/// <summary>
/// The outputs tree of @cartesi/rollups (LibMerkle32, height 63): leaf i is keccak256 of output i, missing leaves are 32 zero bytes, a node is
/// keccak256(left || right). One tree for an application's whole life, filled from the left.
/// </summary>
public static class OutputsMerkleTree
{
    /// <summary>Levels above the leaves, and siblings in a proof.</summary>
    public const int Height = 63;

    private static readonly Hash32[] PristineLevels = MerkleLevels.Pristine(Hash32.Zero, Height);

    /// <summary>Root of an empty subtree of 2^level leaves; level 0 to 63.</summary>
    public static Hash32 Pristine(int level) => PristineLevels[level];

    /// <summary>The root that a leaf and its 63 siblings (bottom-up) lead to.</summary>
    /// <exception cref="ArgumentException">Not 63 siblings.</exception>
    public static Hash32 Fold(ulong index, Hash32 leaf, IReadOnlyList<Hash32> siblings)
    {
        if (siblings.Count != Height)
            throw new ArgumentException($"A proof has {Height} siblings, not {siblings.Count}.", nameof(siblings));
        var node = leaf;
        for (var level = 0; level < Height; level++)
            node = ((index >> level) & 1) == 0 ? Keccak256.Hash(node, siblings[level]) : Keccak256.Hash(siblings[level], node);
        return node;
    }

    /// <summary>
    /// Adds leaves behind those of the frontier, which it moves on, and proves each in the tree that has them all. About 63 hashes a leaf at worst,
    /// whatever the number of leaves before.
    /// </summary>
    public static AppendedOutputs Append(OutputsFrontier frontier, IReadOnlyList<Hash32> leaves)
    {
        if (leaves.Count == 0)
            return new AppendedOutputs(frontier.Root(), []);
        var first = frontier.Count;
        var siblings = new Hash32[leaves.Count][];
        for (var i = 0; i < leaves.Count; i++)
            siblings[i] = new Hash32[Height];
        var nodes = leaves.ToArray();
        var firstNode = first;
        for (var level = 0; level < Height; level++)
        {
            for (var i = 0; i < leaves.Count; i++)
                siblings[i][level] = At(((first + (ulong)i) >> level) ^ 1, level);
            var firstParent = firstNode >> 1;
            var parents = new Hash32[(int)(((firstNode + (ulong)nodes.Length - 1) >> 1) - firstParent + 1)];
            for (var p = 0; p < parents.Length; p++)
            {
                var left = (firstParent + (ulong)p) << 1;
                parents[p] = Keccak256.Hash(At(left, level), At(left + 1, level));
            }

            (nodes, firstNode) = (parents, firstParent);
        }

        foreach (var leaf in leaves)
            frontier.Push(leaf);
        return new AppendedOutputs(nodes[0], siblings);

        // Left of the new nodes stands the complete subtree of the frontier, right of them nothing.
        Hash32 At(ulong position, int level) =>
            position < firstNode ? frontier.Entry(level)
            : position - firstNode < (ulong)nodes.Length ? nodes[(int)(position - firstNode)]
            : Pristine(level);
    }
}

/// <summary>The tree after leaves were added.</summary>
/// <param name="Root">Its root.</param>
/// <param name="Siblings">For each new leaf its 63 siblings, bottom-up.</param>
public sealed record AppendedOutputs(Hash32 Root, IReadOnlyList<IReadOnlyList<Hash32>> Siblings);
