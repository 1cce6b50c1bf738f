using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>Tracks stored transactions to their end, including those that no service follows any more.</summary>
internal sealed partial class FollowTransactions(
    IEthereumClient client,
    ITransactionSigner signer,
    StoredTransactions transactions,
    SignerQueue queue,
    BroadcastTransactions broadcast,
    ReplaceStuckTransactions replace,
    RevertedTransactions reverted,
    TransactionOptions options,
    ILogger<FollowTransactions> logger
)
{
    // The highest block in which this process has seen a transaction of ours.
    private ulong _seenUpTo;

    /// <summary>Follows an epoch's pending transaction.</summary>
    public async Task<FollowedTransaction> FollowAsync(
        Application application,
        L1Transaction pending,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        var (fate, receipt) = await FateAsync(pending, top, cancellationToken);
        switch (fate)
        {
            case Fate.Waiting when pending.Signer != signer.Address:
                // The operator has configured another key since: the old account may lack the right or the ether to send it.
                LogAbandoned(
                    logger,
                    application.Name,
                    pending.Kind.Describe(),
                    pending.EpochIndex,
                    pending.TransactionHash,
                    pending.Signer,
                    signer.Address
                );
                await CloseAsync(application.Name, pending, TransactionState.Dropped, null, cancellationToken);
                return new FollowedTransaction(TransactionStanding.None);
            case Fate.Waiting:
                return await HurryAsync(application, pending, top, cancellationToken) switch
                {
                    Hurried.Mined => new FollowedTransaction(TransactionStanding.Mined, pending),
                    Hurried.GivenUp => new FollowedTransaction(TransactionStanding.None),
                    _ => new FollowedTransaction(TransactionStanding.Waiting, pending),
                };
            case Fate.MinedAboveTop:
                // If a reorganisation reverts the block, it is broadcast again at once.
                broadcast.Forget(pending.TransactionHash);
                return new FollowedTransaction(TransactionStanding.Waiting, pending);
            case Fate.Succeeded:
                return new FollowedTransaction(TransactionStanding.Succeeded, pending);
            case Fate.Overtaken:
                LogOvertaken(
                    logger,
                    application.Name,
                    pending.Kind.Describe(),
                    pending.EpochIndex,
                    pending.TransactionHash,
                    pending.Nonce
                );
                await CloseAsync(application.Name, pending, TransactionState.Dropped, null, cancellationToken);
                return new FollowedTransaction(TransactionStanding.None);
            default:
                // The winner's transaction may not be visible yet, and the next try would lose too: the next head decides.
                if (await RevertedAsync(application.Name, pending, receipt!, cancellationToken) == TransactionState.LostRace)
                    return new FollowedTransaction(TransactionStanding.Waiting);
                var count = await transactions.RevertedAsync(pending, cancellationToken);
                return new FollowedTransaction(
                    count < options.MaxReverted ? TransactionStanding.None : TransactionStanding.RevertedTooOften,
                    pending,
                    count
                );
        }
    }

    /// <summary>
    /// Closes the account's transactions that no service follows any more, so that no nonce before the next stays unused. The caller
    /// holds the account's turn.
    /// </summary>
    public async Task ResolveOrphansAsync(ILease turn, ulong head, ulong top, CancellationToken cancellationToken)
    {
        foreach (var (orphan, application, isWorthless) in await transactions.OrphansAsync(signer.Address, cancellationToken))
        {
            var (fate, receipt) = await FateAsync(orphan, top, cancellationToken);
            switch (fate)
            {
                case Fate.Waiting when isWorthless && !orphan.IsCancellation:
                    // If the fees cannot be raised, it is not broadcast again; a pool may still hold it and it may be mined. The
                    // operator sets the bound.
                    await replace.CancelAsync(turn, application, orphan, head, top, cancellationToken);
                    break;
                case Fate.Waiting:
                    if (
                        !await replace.IsDueAsync(orphan, head, cancellationToken)
                        || await replace.ReplaceAsync(turn, application, orphan, head, top, cancellationToken) is null
                    )
                        await broadcast.BroadcastAsync(application, orphan, top, cancellationToken);
                    break;
                case Fate.Succeeded:
                    // It was mined, or its cancellation was.
                    var isCancelled = orphan.IsCancellation && receipt!.TransactionHash == orphan.TransactionHash;
                    await CloseAsync(
                        application,
                        orphan,
                        isCancelled ? TransactionState.Dropped : TransactionState.Confirmed,
                        receipt,
                        cancellationToken
                    );
                    break;
                case Fate.Reverted:
                    await RevertedAsync(application, orphan, receipt!, cancellationToken);
                    break;
                case Fate.Overtaken:
                    await CloseAsync(application, orphan, TransactionState.Dropped, null, cancellationToken);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>
    /// Whether the L1 node that counted the account's transactions lags: it counts fewer than were mined, and another node still has
    /// their receipts. If a node that is far enough has no receipts either, a reorganisation reverted them.
    /// </summary>
    public async Task<bool> IsBehindAsync(ulong counted, ulong head, CancellationToken cancellationToken)
    {
        if (await transactions.SettledFromAsync(signer.Address, counted, cancellationToken) is not { Count: > 0 } settled)
            return false;
        var (receipts, _) = await client.GetReceiptsWithCountAsync(
            settled,
            signer.Address,
            BlockTag.At(Math.Max(head, _seenUpTo)),
            cancellationToken
        );
        return receipts.Any(receipt => receipt is not null);
    }

    /// <summary>Stores how a pending transaction ended.</summary>
    public async Task CloseAsync(
        string application,
        L1Transaction transaction,
        TransactionState state,
        TransactionReceipt? receipt,
        CancellationToken cancellationToken
    )
    {
        if (receipt is not null)
            _seenUpTo = Math.Max(_seenUpTo, receipt.BlockNumber);
        replace.Forget(transaction.TransactionHash);
        if (await transactions.CloseAsync(transaction, state, cancellationToken) > 0)
            TransactionMetrics.HasEnded(application, transaction.Kind, state, receipt);
    }

    /// <summary>The receipt of whichever version was mined, at any height; null if none was.</summary>
    public async Task<TransactionReceipt?> ReceiptAsync(L1Transaction transaction, CancellationToken cancellationToken)
    {
        if (await client.GetReceiptAsync(transaction.TransactionHash, cancellationToken) is { } newest)
            return newest;
        // Any version still in a pool may be mined.
        var versions = await transactions.ReplacedAsync(transaction, cancellationToken);
        var receipts = await Task.WhenAll(versions.Select(version => client.GetReceiptAsync(version, cancellationToken)));
        return receipts.FirstOrDefault(receipt => receipt is not null);
    }

    /// <summary>Closes a transaction that was mined and reverted, by the reason.</summary>
    private async Task<TransactionState> RevertedAsync(
        string application,
        L1Transaction transaction,
        TransactionReceipt receipt,
        CancellationToken cancellationToken
    )
    {
        var state = await reverted.JudgeAsync(transaction, receipt, cancellationToken);
        if (state == TransactionState.LostRace)
            LogLostRace(logger, application, transaction.Kind.Describe(), transaction.EpochIndex, receipt.TransactionHash);
        else
            LogReverted(logger, application, transaction.Kind.Describe(), transaction.EpochIndex, receipt.TransactionHash);
        await CloseAsync(application, transaction, state, receipt, cancellationToken);
        return state;
    }

    /// <summary>
    /// Broadcasts a waiting transaction again, with higher fees when due. One that waits behind another of the account's transactions
    /// needs that one to move.
    /// </summary>
    private async Task<Hurried> HurryAsync(Application application, L1Transaction pending, ulong top, CancellationToken cancellationToken)
    {
        if (
            await client.GetBlockAsync(BlockTag.Latest, cancellationToken) is { } head
            && replace.IsOverdue(pending, head.Number)
            && await queue.InTurnAsync(
                (turn, token) => HurryInTurnAsync(turn, application, pending, head.Number, top, token),
                (Hurried?)Hurried.Waiting,
                cancellationToken
            )
                is { } hurried
        )
            return hurried;
        return Of(await broadcast.BroadcastAsync(application.Name, pending, top, cancellationToken));
    }

    /// <summary>Null if only the same bytes can be sent.</summary>
    private async Task<Hurried?> HurryInTurnAsync(
        ILease turn,
        Application application,
        L1Transaction pending,
        ulong head,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        await ResolveOrphansAsync(turn, head, top, cancellationToken);
        if (await replace.IsDueAsync(pending, head, cancellationToken))
            return await replace.ReplaceAsync(turn, application.Name, pending, head, top, cancellationToken) is { } sending
                ? Of(sending)
                : null;
        var next = await client.GetTransactionCountAsync(signer.Address, BlockTag.Latest, cancellationToken);
        // An endpoint that counts fewer than this process has seen mined lags; that is no gap. A mined transaction lost with its block
        // fills none.
        if (
            next >= pending.Nonce
            || await IsBehindAsync(next, Math.Max(head, top), cancellationToken)
            || await transactions.IsAnyPendingAsync(turn, signer.Address, next, pending.Nonce, cancellationToken) is not false
        )
            return null;
        // The earlier nonces belonged to transactions that were not ours and that the L1 nodes have dropped, or that were lost with
        // their block and are not wanted any more. Only a transaction of ours can fill the gap. Should this one be mined behind the
        // next all the same, the contract refuses it.
        LogGap(logger, application.Name, pending.Kind.Describe(), pending.EpochIndex, pending.TransactionHash, pending.Nonce, next);
        await CloseAsync(application.Name, pending, TransactionState.Dropped, null, cancellationToken);
        return Hurried.GivenUp;
    }

    private static Hurried Of(Sending sending) => sending == Sending.Mined ? Hurried.Mined : Hurried.Waiting;

    private enum Hurried
    {
        Waiting,
        Mined,
        GivenUp,
    }

    private async Task<(Fate Fate, TransactionReceipt? Receipt)> FateAsync(
        L1Transaction pending,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        if (await client.GetReceiptAsync(pending.TransactionHash, cancellationToken) is { } newest)
            return (FateOf(newest), newest);
        // Any version still in a pool may be mined. The count is as of the block before the top: the node that counts has the receipts
        // of everything mined up to there. Not of the top itself: while Anvil makes a block, it counts its transactions as of the block
        // before and has no receipts for them yet.
        Hash32[] versions = [pending.TransactionHash, .. await transactions.ReplacedAsync(pending, cancellationToken)];
        var (receipts, count) = await client.GetReceiptsWithCountAsync(
            versions,
            pending.Signer,
            BlockTag.At(top - Math.Min(top, 1)),
            cancellationToken
        );
        if (receipts.FirstOrDefault(receipt => receipt is not null) is { } receipt)
            return (FateOf(receipt), receipt);
        return (count > pending.Nonce ? Fate.Overtaken : Fate.Waiting, null);

        Fate FateOf(TransactionReceipt mined) =>
            mined.BlockNumber > top ? Fate.MinedAboveTop
            : mined.Succeeded ? Fate.Succeeded
            : Fate.Reverted;
    }

    [LoggerMessage(
        20,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} was mined and reverted in transaction {Transaction}. It is considered again."
    )]
    private static partial void LogReverted(ILogger logger, string application, string what, ulong epoch, Hash32 transaction);

    [LoggerMessage(
        24,
        LogLevel.Information,
        "{Application}: the {What} of epoch {Epoch} was mined and reverted in transaction {Transaction}, because somebody else was faster. "
            + "Nothing is wrong with it; what L1 has now decides what follows."
    )]
    private static partial void LogLostRace(ILogger logger, string application, string what, ulong epoch, Hash32 transaction);

    [LoggerMessage(
        21,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} (transaction {Transaction}) was overtaken: nonce {Nonce} was used by another "
            + "transaction of the account. It is considered again."
    )]
    private static partial void LogOvertaken(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        ulong nonce
    );

    [LoggerMessage(
        23,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} (transaction {Transaction}) has nonce {Nonce}, but the account's next is {Next}, and "
            + "no transaction of the node fills the gap. It is considered again with that nonce."
    )]
    private static partial void LogGap(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        ulong nonce,
        ulong next
    );

    [LoggerMessage(
        22,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} in transaction {Transaction} of {OldSigner} is given up, because the node now signs "
            + "with {Signer}. It is considered again."
    )]
    private static partial void LogAbandoned(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        Address oldSigner,
        Address signer
    );
}
