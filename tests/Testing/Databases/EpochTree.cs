using Rollups.Domain;

namespace Rollups.Testing;

/// <summary>What proves the outputs of an epoch, as the Validator stores it.</summary>
/// <param name="Root">Root of the outputs tree after them.</param>
/// <param name="Tree">The row of the epoch; null if it has no outputs.</param>
/// <param name="Chunks">Its chunks, if it is large.</param>
public sealed record EpochTree(Hash32 Root, OutputsTree? Tree, IReadOnlyList<OutputsTreeChunk> Chunks)
{
    private readonly Dictionary<(ulong, int), byte[]> _siblings = Chunks.ToDictionary(
        chunk => (chunk.FirstIndex, chunk.Level),
        chunk => chunk.Siblings
    );

    /// <summary>All rows.</summary>
    public IEnumerable<object> Rows => Tree is null ? [] : [Tree, .. Chunks];

    /// <summary>Builds it, and appends the leaves to the frontier.</summary>
    public static EpochTree Append(OutputsFrontier frontier, IReadOnlyList<Hash32> leaves, int application = 1, ulong epoch = 0)
    {
        ArgumentNullException.ThrowIfNull(frontier);
        ArgumentNullException.ThrowIfNull(leaves);
        if (leaves.Count == 0)
            return new EpochTree(frontier.Root(), null, []);
        var builder = new OutputsTreeBuilder(application, epoch, frontier, (ulong)leaves.Count);
        foreach (var leaf in leaves)
            builder.Add(leaf);
        var (root, tree) = builder.Finish();
        foreach (var leaf in leaves)
            frontier.Push(leaf);
        return new EpochTree(root, tree, builder.TakeChunks());
    }

    /// <summary>The proof of one of its outputs.</summary>
    public Hash32[] Prove(ulong index) => Tree!.Prove(index, _siblings);
}
