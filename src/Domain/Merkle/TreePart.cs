namespace Rollups.Domain;

/// <summary>
/// A part of the outputs tree: nodes of an epoch that are neighbours on one level, and their ancestors on the levels above it. Its stored
/// form has the sibling of each, level by level from the lowest, each level from left to right, 32 bytes each. Only the last node of a
/// level may have none: right of it the tree is empty.
/// </summary>
/// <param name="Low">The lowest level.</param>
/// <param name="High">The level above the highest.</param>
/// <param name="First">Position of the first node on the lowest level.</param>
/// <param name="Last">Position of the last one.</param>
internal readonly record struct TreePart(int Low, int High, ulong First, ulong Last)
{
    /// <summary>Builds the stored form.</summary>
    /// <param name="nodes">The nodes of the lowest level; overwritten.</param>
    /// <param name="before">The tree before the epoch's first output.</param>
    /// <param name="root">The ancestor of the first node on <see cref="High"/>.</param>
    public byte[] Build(Span<Hash32> nodes, OutputsFrontier before, out Hash32 root)
    {
        var siblings = new byte[Size()];
        var rest = siblings.AsSpan();
        for (var level = Low; level < High; level++)
        {
            var (first, last) = Nodes(level);
            var count = (int)(last - first) + 1;
            for (var i = 0; i < Stored(first, last); i++)
            {
                var sibling = ((first + (ulong)i) & 1) == 0 ? nodes[i + 1] : Left(nodes, i, level, before);
                sibling.CopyTo(rest);
                rest = rest[Hash32.Size..];
            }

            // Each parent takes the place of a node that nothing to its right needs.
            for (var (parent, left) = (0, -(int)(first & 1)); left < count; parent++, left += 2)
                nodes[parent] = Keccak256.Hash(
                    Left(nodes, left + 1, level, before),
                    left + 1 < count ? nodes[left + 1] : OutputsMerkleTree.Pristine(level)
                );
        }

        root = nodes[0];
        return siblings;
    }

    /// <summary>Reads the siblings of an output's ancestors on the levels of this part.</summary>
    /// <param name="index">Index of the output.</param>
    /// <param name="stored">The stored form.</param>
    /// <param name="siblings">Takes each at the place of its level.</param>
    /// <exception cref="ArgumentException">The stored form has another length.</exception>
    public void Read(ulong index, ReadOnlySpan<byte> stored, Span<Hash32> siblings)
    {
        if (stored.Length != Size())
            throw new ArgumentException($"{this} takes {Size()} bytes, not {stored.Length}.", nameof(stored));
        for (var level = Low; level < High; level++)
        {
            var (first, last) = Nodes(level);
            var (number, count) = ((int)((index >> level) - first), Stored(first, last));
            siblings[level] =
                number < count ? new Hash32(stored.Slice(number * Hash32.Size, Hash32.Size)) : OutputsMerkleTree.Pristine(level);
            stored = stored[(count * Hash32.Size)..];
        }
    }

    // Left of the part is a complete subtree, which the frontier has.
    private static Hash32 Left(Span<Hash32> nodes, int of, int level, OutputsFrontier before) =>
        of == 0 ? before.Entry(level) : nodes[of - 1];

    private static int Stored(ulong first, ulong last) => (int)(last - first) + (int)(last & 1);

    private (ulong First, ulong Last) Nodes(int level) => (First >> (level - Low), Last >> (level - Low));

    private int Size()
    {
        var count = 0;
        for (var level = Low; level < High; level++)
        {
            var (first, last) = Nodes(level);
            count += Stored(first, last);
        }

        return count * Hash32.Size;
    }
}
