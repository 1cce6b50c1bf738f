using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>Finds out from L1 what became of a stored transaction, in whichever version.</summary>
internal sealed class TransactionFates(IEthereumClient client, StoredVersions versions)
{
    /// <summary>Its fate, judged at the configured tag, and the receipt of the version that was mined.</summary>
    public async Task<(Fate Fate, TransactionReceipt? Receipt)> OfAsync(
        L1Transaction pending,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        if (await client.GetReceiptAsync(pending.TransactionHash, cancellationToken) is { } newest)
            return (Of(newest, top), newest);
        // Any version still in a pool may be mined. The count is as of the block before the top: the node that counts has the receipts
        // of everything mined up to there. Not of the top itself: while Anvil makes a block, it counts its transactions as of the block
        // before and has no receipts for them yet.
        Hash32[] hashes = [pending.TransactionHash, .. await versions.ReplacedAsync(pending, cancellationToken)];
        var (receipts, count) = await client.GetReceiptsWithCountAsync(
            hashes,
            pending.Signer,
            BlockTag.At(top - Math.Min(top, 1)),
            cancellationToken
        );
        if (receipts.FirstOrDefault(receipt => receipt is not null) is { } receipt)
            return (Of(receipt, top), receipt);
        return (count > pending.Nonce ? Fate.Overtaken : Fate.Waiting, null);
    }

    private static Fate Of(TransactionReceipt mined, ulong top) =>
        mined.BlockNumber > top ? Fate.MinedAboveTop
        : mined.Succeeded ? Fate.Succeeded
        : Fate.Reverted;
}
