using System.Runtime.InteropServices;

namespace Rollups.Domain;

/// <summary>
/// Appends the outputs of an epoch to the outputs tree, one by one, and makes the rows that prove them. It hashes each new node once, and
/// holds at most one chunk of each kind, whatever the number of outputs; the caller takes away what is finished.
/// </summary>
public sealed class OutputsTreeBuilder
{
    private readonly OutputsFrontier _before;
    private readonly OutputsTree _tree;
    private readonly List<Hash32>[] _layers;
    private readonly ulong[] _ends;
    private List<OutputsTreeChunk> _chunks = [];

    /// <param name="applicationId">The application.</param>
    /// <param name="epochIndex">The epoch.</param>
    /// <param name="before">The tree before the epoch's first output; the builder reads it only.</param>
    /// <param name="count">Number of outputs of the epoch, 1 or more.</param>
    public OutputsTreeBuilder(int applicationId, ulong epochIndex, OutputsFrontier before, ulong count)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentOutOfRangeException.ThrowIfZero(count);
        _before = before;
        _tree = new OutputsTree
        {
            ApplicationId = applicationId,
            EpochIndex = epochIndex,
            FirstIndex = before.Count,
            LastIndex = before.Count + count - 1,
            Siblings = [],
        };
        var layers = (_tree.TopLevel / OutputsTree.ChunkHeight) + 1;
        _layers = [.. Enumerable.Range(0, layers).Select(_ => new List<Hash32>())];
        _ends = [.. Enumerable.Range(0, layers).Select(layer => before.Count >> (layer * OutputsTree.ChunkHeight))];
    }

    /// <summary>Appends an output.</summary>
    /// <param name="leaf">keccak256 of the output.</param>
    public void Add(Hash32 leaf) => Add(0, leaf);

    /// <summary>The chunks that were finished since the last call.</summary>
    public IReadOnlyList<OutputsTreeChunk> TakeChunks()
    {
        var chunks = _chunks;
        _chunks = [];
        return chunks;
    }

    /// <summary>After the last output: finishes the last chunks, and the tree.</summary>
    /// <returns>The root, and the row of the epoch.</returns>
    /// <exception cref="InvalidOperationException">Another number of outputs than announced.</exception>
    public (Hash32 Root, OutputsTree Tree) Finish()
    {
        if (_ends[0] != _tree.LastIndex + 1)
            throw new InvalidOperationException(
                $"Epoch {_tree.EpochIndex} has outputs up to {_tree.LastIndex}, but those before {_ends[0]} were appended."
            );
        for (var layer = 0; layer < _layers.Length - 1; layer++)
        {
            if (_layers[layer].Count > 0)
                FinishChunk(layer);
        }

        _tree.Siblings = _tree.Top.Build(CollectionsMarshal.AsSpan(_layers[^1]), _before, out var root);
        return (root, _tree);
    }

    private void Add(int layer, Hash32 node)
    {
        _layers[layer].Add(node);
        _ends[layer]++;
        if (layer < _layers.Length - 1 && _ends[layer] % OutputsTree.ChunkWidth == 0)
            FinishChunk(layer);
    }

    private void FinishChunk(int layer)
    {
        var (nodes, level) = (_layers[layer], layer * OutputsTree.ChunkHeight);
        var part = new TreePart(level, level + OutputsTree.ChunkHeight, _ends[layer] - (ulong)nodes.Count, _ends[layer] - 1);
        var siblings = part.Build(CollectionsMarshal.AsSpan(nodes), _before, out var root);
        _chunks.Add(
            new OutputsTreeChunk
            {
                ApplicationId = _tree.ApplicationId,
                EpochIndex = _tree.EpochIndex,
                FirstIndex = Math.Max(_tree.FirstIndex, part.First << level),
                Level = level,
                Siblings = siblings,
            }
        );
        nodes.Clear();
        Add(layer + 1, root);
    }
}
