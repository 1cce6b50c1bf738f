using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// Checks whether blocks that were read are still on L1. Another hash at a block's number is the only proof that it is gone, and it counts
/// only from a node that has the head which was seen: a node that lags, or a chain that is shorter for a while, proves nothing, and the
/// block is judged when the chain has grown to it. A block that was held once is checked again only where the head does not follow the one
/// before. A held block is final only where the same answer holds the final block too: between two answers L1 may have gone back, and a
/// number of the new branch proves nothing of a block on the old one. For one caller at a time.
/// </summary>
public sealed class BlockEvidence(IEthereumClient client)
{
    private readonly HashSet<ReadBlock> _held = [];
    private Hash32? _head;

    /// <summary>
    /// At most two HTTP requests (as far as <c>MaxBatchSize</c> allows); null where the endpoint's nodes are not equally far, and nothing
    /// is proven.
    /// </summary>
    /// <param name="head">The newest block that counts.</param>
    /// <param name="blocks">Blocks that were read.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    public async Task<BlockStanding?> AskAsync(
        BlockHeader head,
        IReadOnlyCollection<ReadBlock> blocks,
        CancellationToken cancellationToken
    )
    {
        var final = blocks.Count > 0 ? await client.GetBlockAsync(BlockTag.Finalized, cancellationToken) : null;
        var finalNumber = final?.Number ?? 0;
        if (head.Hash != _head && head.ParentHash != _head)
            _held.Clear();
        _held.IntersectWith(blocks);
        _head = null;
        var open = blocks.Where(block => block.Number <= head.Number && !_held.Contains(block)).ToList();
        // Without a block to release, the final one is of no interest.
        if (final is not null && !blocks.Any(block => block.Number <= final.Number))
            final = null;
        var gone = new HashSet<ReadBlock>();
        if (open.Count > 0 || final is not null)
        {
            // With the head itself: whoever has it answers for its branch.
            ulong?[] wanted = [head.Number, final?.Number, .. open.Select(block => (ulong?)block.Number)];
            var numbers = wanted.OfType<ulong>().Distinct().ToList();
            var headers = await client.GetBlocksAsync(numbers, cancellationToken);
            var hashes = numbers
                .Zip(headers)
                .Where(pair => pair.Second is not null)
                .ToDictionary(pair => pair.First, pair => pair.Second!.Hash);
            if (!hashes.TryGetValue(head.Number, out var confirmed) || confirmed != head.Hash)
            {
                _held.Clear();
                return null;
            }

            foreach (var block in open.Where(block => hashes.ContainsKey(block.Number)))
                (hashes[block.Number] == block.Hash ? _held : gone).Add(block);
            if (final is not null && hashes.GetValueOrDefault(final.Number) != final.Hash)
                final = null;
        }

        _head = head.Hash;
        return new BlockStanding(
            _held.ToHashSet(),
            gone,
            _held.Where(block => final is not null && block.Number <= final.Number).ToHashSet(),
            finalNumber
        );
    }
}
