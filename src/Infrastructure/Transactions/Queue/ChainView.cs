using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>The two L1 blocks that a run decides about transactions by. A run reads them once and passes them on together.</summary>
/// <param name="Head">Number of the newest block: a transaction sent now is mined after it.</param>
/// <param name="Top">Number of the block at the configured tag: a transaction mined above it does not count yet.</param>
public sealed record ChainView(ulong Head, ulong Top)
{
    /// <summary>The higher of the two: the nodes behind one endpoint need not be equally far.</summary>
    public ulong Highest => Math.Max(Head, Top);

    /// <summary>The view of a run that has read the block at the tag; null if the endpoint has no newest block.</summary>
    /// <param name="client">L1.</param>
    /// <param name="top">Number of the block at the configured tag.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public static async Task<ChainView?> ReadAsync(IEthereumClient client, ulong top, CancellationToken cancellationToken) =>
        await client.GetBlockAsync(BlockTag.Latest, cancellationToken) is { } head ? new ChainView(head.Number, top) : null;
}
