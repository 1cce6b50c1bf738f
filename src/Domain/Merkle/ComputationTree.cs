using System.Numerics;

namespace Rollups.Domain;

/// <summary>
/// A Merkle tree over a long sequence of states with long runs of equal states: 2^48 leaves per epoch under Dave. Leaves are given as
/// runs, from left to right, and are not hashed again; a node is keccak256 of its two children. A run costs about as many hashes as
/// the tree is high, however long it is.
/// </summary>
public sealed class ComputationTree
{
    /// <summary>Height of an epoch's tree.</summary>
    public const int EpochHeight = 48;

    /// <summary>Leaves of one input: 2^24 strides of the machine.</summary>
    public const ulong LeavesOfAnInput = 1UL << 24;

    private readonly int _height;

    // Roots of complete subtrees to the left of the next leaf, by height: one for each set bit of the count.
    private readonly Hash32[] _left;

    // Siblings of the last leaf, bottom-up.
    private readonly Hash32[] _siblings;
    private Hash32 _root;

    /// <param name="height">Levels above the leaves, 1 to 62.</param>
    public ComputationTree(int height = EpochHeight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, 62);
        (_height, _left, _siblings) = (height, new Hash32[height], new Hash32[height]);
    }

    /// <summary>Leaves so far.</summary>
    public ulong Count { get; private set; }

    /// <summary>Leaves of the whole tree.</summary>
    public ulong Capacity => 1UL << _height;

    /// <summary>Appends the same leaf repeatedly.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no room for that many.</exception>
    public void Append(Hash32 leaf, ulong repetitions)
    {
        if (repetitions > Capacity - Count)
            throw new ArgumentOutOfRangeException(
                nameof(repetitions),
                $"{repetitions} leaves do not fit: the tree has {Capacity} and {Count} are taken."
            );
        // Roots of subtrees made only of this leaf, by height.
        var uniform = new List<Hash32> { leaf };
        while (repetitions > 0)
        {
            // The largest complete subtree that can start here and fits in the rest.
            var height = Math.Min(Count == 0 ? _height : BitOperations.TrailingZeroCount(Count), BitOperations.Log2(repetitions));
            while (uniform.Count <= height)
                uniform.Add(Keccak256.Hash(uniform[^1], uniform[^1]));
            Push(uniform, height);
            repetitions -= 1UL << height;
        }
    }

    /// <summary>Fills the rest of the tree with one leaf.</summary>
    public void Complete(Hash32 leaf) => Append(leaf, Capacity - Count);

    /// <summary>Root and proof of the complete tree.</summary>
    /// <exception cref="InvalidOperationException">Leaves are missing.</exception>
    public (Hash32 Root, IReadOnlyList<Hash32> LastLeafSiblings) Result() =>
        Count == Capacity ? (_root, _siblings) : throw new InvalidOperationException($"The tree has {Count} of {Capacity} leaves.");

    /// <summary>Adds a complete subtree and merges it with the complete ones to its left: a binary carry.</summary>
    private void Push(List<Hash32> uniform, int height)
    {
        for (var level = 0; level < height; level++)
            _siblings[level] = uniform[level];
        var (node, added) = (uniform[height], 1UL << height);
        for (; height < _height && ((Count >> height) & 1) == 1; height++)
        {
            _siblings[height] = _left[height];
            node = Keccak256.Hash(_left[height], node);
        }

        if (height < _height)
            _left[height] = node;
        else
            _root = node;
        Count += added;
    }
}
