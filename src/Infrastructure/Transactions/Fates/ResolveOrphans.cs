using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// Brings the account's transactions that no service polls any more to their end, so that no nonce before the next stays unused.
/// </summary>
internal sealed class ResolveOrphans(
    StoredOrphans orphans,
    TransactionFates fates,
    TransactionEnds ends,
    RevertedTransactions reverted,
    CancelTransactions cancel,
    ReplaceStuckTransactions replace,
    BroadcastTransactions broadcast
)
{
    /// <summary>Takes each one step towards its end. The caller holds the account's turn.</summary>
    public async Task ResolveAsync(ILease turn, ChainView view, CancellationToken cancellationToken)
    {
        foreach (var orphan in await orphans.AllAsync(cancellationToken))
        {
            var (transaction, application, _) = orphan;
            var (fate, receipt) = await fates.OfAsync(transaction, view.Top, cancellationToken);
            switch (fate)
            {
                case Fate.Waiting:
                    await MoveAsync(turn, orphan, view, cancellationToken);
                    break;
                case Fate.Succeeded:
                    await ends.EndAsync(application, transaction, StateOf(transaction, receipt!), receipt, cancellationToken);
                    break;
                case Fate.Reverted:
                    await reverted.EndAsync(application, transaction, receipt!, cancellationToken);
                    break;
                case Fate.Overtaken:
                    await ends.EndAsync(application, transaction, TransactionState.Dropped, null, cancellationToken);
                    break;
                default:
                    break;
            }
        }
    }

    private async Task MoveAsync(ILease turn, OrphanedTransaction orphan, ChainView view, CancellationToken cancellationToken)
    {
        var (transaction, application, worthless) = orphan;
        if (worthless is not null && !transaction.IsCancellation)
            await cancel.CancelAsync(turn, application, transaction, worthless, view, cancellationToken);
        else if (await replace.TryReplaceAsync(turn, application, transaction, view, cancellationToken) is null)
            await broadcast.BroadcastAsync(application, transaction, view.Top, cancellationToken);
    }

    // It was mined, or its cancellation was.
    private static TransactionState StateOf(L1Transaction transaction, TransactionReceipt receipt) =>
        transaction.IsCancellation && receipt.TransactionHash == transaction.TransactionHash
            ? TransactionState.Dropped
            : TransactionState.Confirmed;
}
