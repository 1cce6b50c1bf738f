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
}
