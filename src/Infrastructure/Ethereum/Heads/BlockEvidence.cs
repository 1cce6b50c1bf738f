namespace Rollups.Ethereum;

/// <summary>A block that was read: its number and the hash that it had.</summary>
/// <param name="Number">Block number.</param>
/// <param name="Hash">Its hash when it was read.</param>
public readonly record struct ReadBlock(ulong Number, Hash32 Hash);

/// <summary>What L1 says of blocks that were read.</summary>
/// <param name="Held">They are L1's still.</param>
/// <param name="Gone">L1 has another block at their number. A block in neither set was not judged.</param>
public sealed record BlockStanding(IReadOnlySet<ReadBlock> Held, IReadOnlySet<ReadBlock> Gone);

/// <summary>
/// Asks whether blocks that were read are L1's still. Another hash at a block's number is the only proof that it is gone, and it counts
/// only from a node that has the head which was seen: a node that lags, or a chain that is shorter for a while, proves nothing, and the
/// block is judged when the chain has grown to it. What was held once is asked for again only where the head does not follow the one
/// before. For one caller at a time.
/// </summary>
public sealed class BlockEvidence(IEthereumClient client)
{
    private readonly HashSet<ReadBlock> _held = [];
    private Hash32? _head;

    /// <summary>
    /// At most one HTTP request (as far as <c>MaxBatchSize</c> lets it); null where the endpoint's nodes are not equally far, and nothing
    /// can be said.
    /// </summary>
    /// <param name="head">The newest block that counts.</param>
    /// <param name="blocks">Blocks that were read.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<BlockStanding?> AskAsync(
        BlockHeader head,
        IReadOnlyCollection<ReadBlock> blocks,
        CancellationToken cancellationToken
    )
    {
        if (head.Hash != _head && head.ParentHash != _head)
            _held.Clear();
        _held.IntersectWith(blocks);
        _head = null;
        var open = blocks.Where(block => block.Number <= head.Number && !_held.Contains(block)).ToList();
        var gone = new HashSet<ReadBlock>();
        if (open.Count > 0)
        {
            // With the head itself: whoever has it answers of its branch.
            ulong[] numbers = [head.Number, .. open.Select(block => block.Number).Distinct().Where(number => number != head.Number)];
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
        }

        _head = head.Hash;
        return new BlockStanding(_held.ToHashSet(), gone);
    }
}
