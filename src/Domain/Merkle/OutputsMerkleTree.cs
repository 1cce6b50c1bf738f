using System.Collections;

namespace Rollups.Domain;

/// <summary>
/// The outputs tree of @cartesi/rollups (LibMerkle32, height 63): leaf i is keccak256 of output i, missing leaves are 32 zero bytes, a node
/// is keccak256(left || right). One tree for an application's whole life, filled from the left.
/// </summary>
public static class OutputsMerkleTree
{
    /// <summary>Levels above the leaves, and siblings in a proof.</summary>
    public const int Height = 63;

    private static readonly Hash32[] PristineLevels = MerkleLevels.Pristine(Hash32.Zero, Height);

    /// <summary>Root of an empty subtree of 2^level leaves; level 0 to 63.</summary>
    public static Hash32 Pristine(int level) => PristineLevels[level];

    /// <summary>The root computed from a leaf and its 63 siblings (bottom-up).</summary>
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
    /// Appends leaves to the frontier, advancing it, and proves each in the resulting tree. At most about 63 hashes per leaf,
    /// regardless of the number of earlier leaves.
    /// </summary>
    public static AppendedOutputs Append(OutputsFrontier frontier, IReadOnlyList<Hash32> leaves)
    {
        if (leaves.Count == 0)
            return new AppendedOutputs(frontier.Root(), []);
        var (levels, firsts) = (new Hash32[Height + 1][], new ulong[Height + 1]);
        (levels[0], firsts[0]) = ([.. leaves], frontier.Count);
        var left = Enumerable.Range(0, Height).Select(frontier.Entry).ToArray();
        var proofs = new AppendedProofs(levels, firsts, left);
        for (var level = 0; level < Height; level++)
        {
            var firstParent = firsts[level] >> 1;
            var parents = new Hash32[(int)(((firsts[level] + (ulong)levels[level].Length - 1) >> 1) - firstParent + 1)];
            for (var p = 0; p < parents.Length; p++)
            {
                var child = (firstParent + (ulong)p) << 1;
                parents[p] = Keccak256.Hash(proofs.At(child, level), proofs.At(child + 1, level));
            }

            (levels[level + 1], firsts[level + 1]) = (parents, firstParent);
        }

        foreach (var leaf in leaves)
            frontier.Push(leaf);
        return new AppendedOutputs(levels[Height][0], proofs);
    }

    /// <summary>The proofs of the added leaves, each built on access: held all at once they would take 2 KiB per leaf.</summary>
    private sealed class AppendedProofs(Hash32[][] levels, ulong[] firsts, Hash32[] left) : IReadOnlyList<IReadOnlyList<Hash32>>
    {
        public int Count => levels[0].Length;

        public IReadOnlyList<Hash32> this[int index]
        {
            get
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
                var siblings = new Hash32[Height];
                for (var level = 0; level < Height; level++)
                    siblings[level] = At(((firsts[0] + (ulong)index) >> level) ^ 1, level);
                return siblings;
            }
        }

        /// <summary>A node. To the left of the new nodes is the frontier's complete subtree; to the right, nothing.</summary>
        public Hash32 At(ulong position, int level) =>
            position < firsts[level] ? left[level]
            : position - firsts[level] < (ulong)levels[level].Length ? levels[level][(int)(position - firsts[level])]
            : Pristine(level);

        public IEnumerator<IReadOnlyList<Hash32>> GetEnumerator() =>
            Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
