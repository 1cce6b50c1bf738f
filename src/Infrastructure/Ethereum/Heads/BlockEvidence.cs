using Microsoft.Extensions.Logging;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// Checks whether previously read blocks are still on L1. Only a different hash at a block's number proves that it is gone, and only
/// from a node that has the observed head: a lagging node or a temporarily shorter chain proves nothing, and the block is judged once
/// the chain has grown to it. A block once found on L1 is rechecked only if the new head does not follow the previous one. It is final
/// only if the same answer also contains the final block: between two answers L1 may have reorged, and a number on the new branch
/// proves nothing about a block on the old one. Not thread-safe.
/// </summary>
/// <param name="client">L1.</param>
/// <param name="logger">Log of the service that asks.</param>
public sealed partial class BlockEvidence(IEthereumClient client, ILogger logger)
{
    // An endpoint of several nodes may refuse one question and answer the next.
    private const int Lasting = 2;

    private readonly HashSet<ReadBlock> _held = [];
    private Hash32? _head;
    private int _refusals;

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
        var final = blocks.Count > 0 ? await FinalAsync(cancellationToken) : null;
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

    /// <summary>
    /// The newest final block; null if there is none or the endpoint refuses the tag, as on a chain without finality. Then nothing is
    /// final, but blocks that are gone are found all the same.
    /// </summary>
    private async Task<BlockHeader?> FinalAsync(CancellationToken cancellationToken)
    {
        try
        {
            var final = await client.GetBlockAsync(BlockTag.Finalized, cancellationToken);
            if (_refusals >= Lasting)
                LogAnswered(logger);
            _refusals = 0;
            return final;
        }
        catch (EthereumRpcException exception)
        {
            if (_refusals < Lasting && ++_refusals == Lasting)
                LogRefused(logger, exception.Message);
            return null;
        }
    }

    [LoggerMessage(
        41,
        LogLevel.Warning,
        "The L1 endpoint refuses to name its finalized block: {Error} The node continues, and asks again at every head. Until it has an "
            + "answer, nothing counts as final: the node keeps checking the blocks of its newest claims and executed outputs. If the chain "
            + "has finality, use an endpoint that answers."
    )]
    private static partial void LogRefused(ILogger logger, string error);

    [LoggerMessage(42, LogLevel.Information, "The L1 endpoint names its finalized block again.")]
    private static partial void LogAnswered(ILogger logger);
}
