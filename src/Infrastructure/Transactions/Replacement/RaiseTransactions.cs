using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// Makes a new version of a pending transaction, with the same nonce and higher fees. It is stored before it is broadcast.
/// </summary>
internal sealed class RaiseTransactions(ITransactionSigner signer, BoundedFees fees, StoredVersions versions, BroadcastMemory memory)
{
    /// <summary>
    /// Stores the version; null if another replica was faster, the turn is over or the fees cannot be raised. The caller holds the
    /// account's turn, logs why there is a new version, and broadcasts it.
    /// </summary>
    /// <param name="turn">The lease of the account.</param>
    /// <param name="application">Name of its application.</param>
    /// <param name="stuck">The newest version so far.</param>
    /// <param name="version">The next one, given its fees.</param>
    /// <param name="view">The chain.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    public async Task<L1Transaction?> StoreRaisedAsync(
        ILease turn,
        string application,
        L1Transaction stuck,
        Func<TransactionFees, UnsignedTransaction> version,
        ChainView view,
        CancellationToken cancellationToken
    )
    {
        if (await fees.RaisedAsync(stuck, cancellationToken) is not { } raised)
            return null;
        var unsigned = version(raised);
        var draft = new SignedDraft(unsigned, await signer.SignAsync(unsigned, cancellationToken));
        if (await versions.ReplaceAsync(turn, stuck, draft, view.Head, cancellationToken) is not { } stored)
            return null;
        memory.Forget(stuck.TransactionHash);
        TransactionMetrics.WasReplaced(application, stuck.Kind);
        TransactionMetrics.Offers(raised);
        return stored;
    }
}
