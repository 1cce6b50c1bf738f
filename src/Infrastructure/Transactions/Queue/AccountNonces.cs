using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// The account's nonces, from the endpoint's counts and the stored transactions. A count of a node that lags is recognised and not used.
/// </summary>
internal sealed class AccountNonces(IEthereumClient client, ITransactionSigner signer, StoredNonces stored, MinedUpTo minedUpTo)
{
    /// <summary>The nonce of the account's next transaction; null if the endpoint lags or the turn is over.</summary>
    public async Task<ulong?> NextAsync(ILease turn, ChainView view, CancellationToken cancellationToken)
    {
        var counted = await client.GetTransactionCountAsync(signer.Address, BlockTag.Pending, cancellationToken);
        return await IsBehindAsync(counted, view, cancellationToken) ? null : await stored.NextAsync(turn, counted, cancellationToken);
    }

    /// <summary>
    /// The nonce that the chain expects next, if no transaction of the node fills it and the waiting one has a later nonce; null
    /// otherwise, and while the endpoint lags or the turn is over.
    /// </summary>
    public async Task<ulong?> GapBeforeAsync(ILease turn, L1Transaction waiting, ChainView view, CancellationToken cancellationToken)
    {
        var next = await client.GetTransactionCountAsync(signer.Address, BlockTag.Latest, cancellationToken);
        // An endpoint that counts fewer than this process has seen mined lags; that is no gap. A mined transaction lost with its block
        // fills none.
        return
            next < waiting.Nonce
            && !await IsBehindAsync(next, view, cancellationToken)
            && await stored.IsAnyPendingAsync(turn, next, waiting.Nonce, cancellationToken) is false
            ? next
            : null;
    }

    /// <summary>
    /// Whether the L1 node that counted the account's transactions lags: it counts fewer than were mined, and another node still has
    /// their receipts. If a node that is far enough has no receipts either, a reorganisation reverted them.
    /// </summary>
    private async Task<bool> IsBehindAsync(ulong counted, ChainView view, CancellationToken cancellationToken)
    {
        if (await stored.SettledFromAsync(counted, cancellationToken) is not { Count: > 0 } settled)
            return false;
        var (receipts, _) = await client.GetReceiptsWithCountAsync(
            settled,
            signer.Address,
            BlockTag.At(Math.Max(view.Highest, minedUpTo.Block)),
            cancellationToken
        );
        return receipts.Any(receipt => receipt is not null);
    }
}
