namespace Rollups.Domain.Tests.Merkle;

/// <summary>The outputs tree with every node in memory: the plainest way to a proof, to compare the stored form with.</summary>
internal sealed class WholeTree
{
    private readonly List<Hash32[]> _levels = [];

    public WholeTree(IEnumerable<Hash32> leaves)
    {
        _levels.Add([.. leaves]);
        for (var level = 0; level < OutputsMerkleTree.Height; level++)
        {
            var nodes = _levels[level];
            _levels.Add([
                .. Enumerable.Range(0, (nodes.Length + 1) / 2).Select(i => Keccak256.Hash(nodes[2 * i], At(level, (2 * i) + 1))),
            ]);
        }
    }

    public Hash32 Root => At(OutputsMerkleTree.Height, 0);

    public Hash32[] Prove(int index) =>
        [.. Enumerable.Range(0, OutputsMerkleTree.Height).Select(level => At(level, ((long)index >> level) ^ 1))];

    private Hash32 At(int level, long position) =>
        position < _levels[level].Length ? _levels[level][position] : OutputsMerkleTree.Pristine(level);
}
