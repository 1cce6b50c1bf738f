using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// Checks whether previously read blocks are still on L1. Only a different hash at a block's number proves that it is gone, and only
/// from a node that has the observed head: a lagging node or a temporarily shorter chain proves nothing, and the block is judged once
/// the chain has grown to it. A block once found on L1 is rechecked only if the new head does not follow the previous one. It is final
/// only if the same answer also contains the final block: between two answers L1 may have reorged, and a number on the new branch
/// proves nothing about a block on the old one. Not thread-safe.
/// </summary>
public sealed class BlockEvidence(IEthereumClient client)
{
    private readonly HashSet<ReadBlock> _held = [];
    private Hash32? _head;

    /// <summary>
    /// At most two HTTP requests (as far as <c>MaxBatchSize</c> allows); null if the endpoint's nodes are at different heights and
    /// nothing is proven.
    /// </summary>
    /// <param name="head">The newest block that counts.</param>
    /// <param name="blocks">Blocks that were read earlier.</param>
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
        // With no block to release, the final block is irrelevant.
        if (final is not null && !blocks.Any(block => block.Number <= final.Number))
            final = null;
        var gone = new HashSet<ReadBlock>();
        if (open.Count > 0 || final is not null)
        {
            // Includes the head: a node that has it answers for its branch.
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
