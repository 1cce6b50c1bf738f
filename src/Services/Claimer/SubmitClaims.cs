using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Claimer;

/// <summary>
/// Sends claims. A transaction is stored with its nonce and signed bytes before it is broadcast; a restart broadcasts the same bytes, so an epoch
/// never gets a second one.
/// </summary>
internal sealed partial class SubmitClaims(
    IEthereumClient client, ITransactionSigner signer, FeeEstimator fees, StoredTransactions transactions, SignerQueue queue, RefusedClaims refused,
    RecordClaims record, ChainIdentity chain, ClaimerOptions options, ILogger<SubmitClaims> logger) : ISubmitClaims
{
    // Hash to the block of the last broadcast by this process.
    private readonly ConcurrentDictionary<Hash32, ulong> _broadcastAt = new();

    // Transactions of which was told that they cannot be raised.
    private readonly ConcurrentDictionary<Hash32, bool> _atTheBound = new();

    public Address? Account => signer.Address;

    public async Task<Submission> SubmitAsync(Application application, Epoch epoch, ulong top, CancellationToken cancellationToken)
    {
        if (await transactions.PendingOfAsync(application, epoch, cancellationToken) is { } pending && await FollowAsync(application, pending, top, cancellationToken) is { } outcome)
            return outcome;
        // The contract wants to be called behind the epoch's last block (NotPastBlock): on top of it at the earliest. An endpoint that estimates inside
        // the head refuses that once, and the next head mends it.
        if (await client.GetBlockAsync(BlockTag.Latest, cancellationToken) is not { } head || head.Number < epoch.LastBlock)
            return Submission.Waiting;
        return await queue.InTurnAsync(token => SendAsync(application, epoch, head.Number, top, token), Submission.Waiting, cancellationToken);
    }

    /// <summary>Null when the stored transaction is out of the way and the claim must be considered again.</summary>
    private async Task<Submission?> FollowAsync(Application application, L1Transaction pending, ulong top, CancellationToken cancellationToken)
    {
        switch (await FateAsync(pending, top, cancellationToken))
        {
            case Fate.Waiting when pending.Signer != signer.Address:
                // The operator has given another key since: the old account may have lost the right, or the means, to claim.
                LogAbandoned(logger, application.Name, pending.EpochIndex, pending.TransactionHash, pending.Signer, signer.Address);
                await CloseAsync(pending, TransactionState.Dropped, cancellationToken);
                return null;
            case Fate.Waiting:
                return await ReplaceStuckAsync(application, pending, top, cancellationToken) ?? await BroadcastAsync(application.Name, pending, top, cancellationToken);
            case Fate.MinedAboveTop:
                // Should a reorganisation take the block back, it is broadcast again at once.
                _broadcastAt.TryRemove(pending.TransactionHash, out _);
                return Submission.Waiting;
            case Fate.Succeeded:
                // Its event is at or below the top, and yet the search has not shown it.
                return Submission.SearchAgain;
            case Fate.Overtaken:
                LogOvertaken(logger, application.Name, pending.EpochIndex, pending.TransactionHash, pending.Nonce);
                await CloseAsync(pending, TransactionState.Dropped, cancellationToken);
                return null;
            default:
                LogReverted(logger, application.Name, pending.EpochIndex, pending.TransactionHash);
                await CloseAsync(pending, TransactionState.Reverted, cancellationToken);
                var reverted = await transactions.RevertedAsync(pending, cancellationToken);
                if (reverted < options.MaxRevertedTransactions)
                    return null;
                await record.HaltedAsync(
                    application, InoperableKind.Failed,
                    $"{reverted} transactions with the claim of epoch {pending.EpochIndex} were mined and reverted, though each estimate had passed; the last is {pending.TransactionHash}. "
                    + "No further gas is spent. Look at why it reverted, then enable the application again.",
                    cancellationToken);
                return Submission.Waiting;
        }
    }

    private async Task<Submission> SendAsync(Application application, Epoch epoch, ulong head, ulong top, CancellationToken cancellationToken)
    {
        var data = ConsensusContract.SubmitClaim(application.Address, epoch.LastBlock, epoch.OutputsMerkleRoot!.Value);
        ulong gas;
        try
        {
            gas = await client.EstimateGasAsync(new CallRequest(application.ConsensusAddress, data, signer.Address), cancellationToken);
        }
        catch (ContractRevertedException revert)
        {
            return await refused.JudgeAsync(application, epoch, revert, top, cancellationToken);
        }

        await UseUpOrphansAsync(top, cancellationToken);
        var price = FeeRules.Bounded(await fees.EstimateAsync(cancellationToken), options.MaxFeePerGas);
        var nonce = await transactions.NextNonceAsync(signer.Address, await client.GetTransactionCountAsync(signer.Address, BlockTag.Pending, cancellationToken), cancellationToken);
        // A fifth on top: the estimate is of the head's state, and the claim may be mined on another.
        var unsigned = new UnsignedTransaction(chain.ChainId, nonce, application.ConsensusAddress, 0, data, gas + (gas / 5), price);
        var signed = await signer.SignAsync(unsigned, cancellationToken);
        if (!await transactions.StoreAsync(application, epoch, signer.Address, unsigned, signed, head, cancellationToken)
            || await transactions.PendingOfAsync(application, epoch, cancellationToken) is not { } stored)
            return Submission.Waiting;
        LogDecided(logger, application.Name, epoch.Index, signed.Hash, signer.Address, nonce);
        return await BroadcastAsync(application.Name, stored, top, cancellationToken);
    }

    /// <summary>Replaces a transaction that is next in its account's order and has been in no block for long; null where it is not time, or nothing can be raised.</summary>
    private async Task<Submission?> ReplaceStuckAsync(Application application, L1Transaction stuck, ulong top, CancellationToken cancellationToken)
    {
        if (await client.GetBlockAsync(BlockTag.Latest, cancellationToken) is not { } head || head.Number < stuck.SentAtBlock + (ulong)options.ReplaceAfterBlocks
            || await client.GetTransactionCountAsync(stuck.Signer, BlockTag.Latest, cancellationToken) != stuck.Nonce
            || (await transactions.ReplacedAsync(stuck, cancellationToken)).Count >= options.MaxReplacements)
            return null;
        return await queue.InTurnAsync(token => ReplaceAsync(application, stuck, head.Number, top, token), Submission.Waiting, cancellationToken);
    }

    private async Task<Submission?> ReplaceAsync(Application application, L1Transaction stuck, ulong head, ulong top, CancellationToken cancellationToken)
    {
        var old = new TransactionFees(stuck.MaxFeePerGas, stuck.MaxPriorityFeePerGas, stuck.IsLegacy);
        if (FeeRules.Raised(old, await fees.EstimateAsync(cancellationToken), options.ReplacementFeePercent, options.MaxFeePerGas) is not { } raised)
        {
            if (_atTheBound.TryAdd(stuck.TransactionHash, true))
                LogAtTheBound(logger, application.Name, stuck.EpochIndex, stuck.TransactionHash, options.MaxFeePerGasGwei);
            return null;
        }

        var version = await signer.SignAsync(new UnsignedTransaction(stuck.ChainId, stuck.Nonce, stuck.To, 0, stuck.Data, stuck.GasLimit, raised), cancellationToken);
        if (await transactions.ReplaceAsync(stuck, raised, version, head, cancellationToken) is not { } stored)
            return Submission.Waiting;
        _broadcastAt.TryRemove(stuck.TransactionHash, out _);
        LogReplaced(logger, application.Name, stuck.EpochIndex, stuck.TransactionHash, stuck.Nonce, options.ReplaceAfterBlocks, stored.TransactionHash, raised.MaxFeePerGas);
        return await BroadcastAsync(application.Name, stored, top, cancellationToken);
    }

    /// <summary>Brings the account's transactions to their end that nobody follows any more, so that no nonce stays unused before the next.</summary>
    private async Task UseUpOrphansAsync(ulong top, CancellationToken cancellationToken)
    {
        foreach (var orphan in await transactions.OrphansAsync(signer.Address, cancellationToken))
        {
            switch (await FateAsync(orphan, top, cancellationToken))
            {
                case Fate.Waiting:
                    await BroadcastAsync("a stopped application or settled epoch", orphan, top, cancellationToken);
                    break;
                case Fate.Succeeded:
                    await CloseAsync(orphan, TransactionState.Confirmed, cancellationToken);
                    break;
                case Fate.Reverted:
                    await CloseAsync(orphan, TransactionState.Reverted, cancellationToken);
                    break;
                case Fate.Overtaken:
                    await CloseAsync(orphan, TransactionState.Dropped, cancellationToken);
                    break;
                default:
                    break;
            }
        }
    }

    private async Task<Fate> FateAsync(L1Transaction pending, ulong top, CancellationToken cancellationToken)
    {
        // Any version may be mined, as long as it is in somebody's pool.
        var receipt = await client.GetReceiptAsync(pending.TransactionHash, cancellationToken);
        if (receipt is null)
        {
            foreach (var replaced in await transactions.ReplacedAsync(pending, cancellationToken))
                receipt ??= await client.GetReceiptAsync(replaced, cancellationToken);
        }

        if (receipt is not null)
            return receipt.BlockNumber > top ? Fate.MinedAboveTop : receipt.Succeeded ? Fate.Succeeded : Fate.Reverted;
        // As of the top block: what was mined up to there has had its receipt.
        return await client.GetTransactionCountAsync(pending.Signer, BlockTag.At(top), cancellationToken) > pending.Nonce ? Fate.Overtaken : Fate.Waiting;
    }

    /// <summary>Broadcasts the stored bytes, unless this process did so a short while ago.</summary>
    private async Task<Submission> BroadcastAsync(string application, L1Transaction stored, ulong top, CancellationToken cancellationToken)
    {
        if (_broadcastAt.TryGetValue(stored.TransactionHash, out var at) && top < at + (ulong)options.RebroadcastAfterBlocks)
            return Submission.Waiting;
        try
        {
            await client.SendRawTransactionAsync(stored.SignedTransaction, cancellationToken);
        }
        catch (EthereumRpcException exception) when (exception.NodeMessage.Contains("nonce too low", StringComparison.OrdinalIgnoreCase))
        {
            // Mined already, or overtaken: its receipt or the account's count says which, once they are at the configured tag.
            LogNonceUsed(logger, application, stored.EpochIndex, stored.TransactionHash, stored.Nonce);
            _broadcastAt[stored.TransactionHash] = top;
            return Submission.Waiting;
        }
        catch (EthereumRpcException exception) when (exception.NodeMessage.Contains("replacement transaction underpriced", StringComparison.OrdinalIgnoreCase))
        {
            // The pool holds another one of this nonce. Either that is mined, or this one is raised again.
            LogUnderpriced(logger, application, stored.EpochIndex, stored.TransactionHash, stored.Nonce);
            _broadcastAt[stored.TransactionHash] = top;
            return Submission.Waiting;
        }
        catch (EthereumRpcException exception)
        {
            LogNotTaken(logger, application, stored.EpochIndex, stored.TransactionHash, stored.Signer, exception.NodeMessage);
            return Submission.Waiting;
        }

        _broadcastAt[stored.TransactionHash] = top;
        LogSent(logger, application, stored.EpochIndex, stored.TransactionHash);
        return await client.GetReceiptAsync(stored.TransactionHash, cancellationToken) is null ? Submission.Waiting : Submission.Mined;
    }

    private Task<int> CloseAsync(L1Transaction transaction, TransactionState state, CancellationToken cancellationToken)
    {
        _broadcastAt.TryRemove(transaction.TransactionHash, out _);
        _atTheBound.TryRemove(transaction.TransactionHash, out _);
        return transactions.CloseAsync(transaction, state, cancellationToken);
    }

    /// <summary>What became of a stored transaction, judged at the configured tag.</summary>
    private enum Fate
    {
        /// <summary>Not in a block.</summary>
        Waiting,

        /// <summary>In a block that does not count yet.</summary>
        MinedAboveTop,

        Succeeded,
        Reverted,

        /// <summary>Another transaction of the account has used its nonce.</summary>
        Overtaken,
    }

    [LoggerMessage(1, LogLevel.Debug, "{Application}: the claim of epoch {Epoch} is stored as transaction {Transaction} of {Signer}, nonce {Nonce}.")]
    private static partial void LogDecided(ILogger logger, string application, ulong epoch, Hash32 transaction, Address signer, ulong nonce);

    [LoggerMessage(2, LogLevel.Information, "{Application}: the claim of epoch {Epoch} was sent in transaction {Transaction}.")]
    private static partial void LogSent(ILogger logger, string application, ulong epoch, Hash32 transaction);

    [LoggerMessage(3, LogLevel.Warning, "{Application}: the claim of epoch {Epoch} (transaction {Transaction} of {Signer}) was not taken by the L1 node: {Error} The same bytes are sent again at the next head.")]
    private static partial void LogNotTaken(ILogger logger, string application, ulong epoch, Hash32 transaction, Address signer, string error);

    [LoggerMessage(4, LogLevel.Information, "{Application}: the claim of epoch {Epoch} (transaction {Transaction}) was not taken because its nonce {Nonce} is used. The chain tells by what, once that is at the configured tag.")]
    private static partial void LogNonceUsed(ILogger logger, string application, ulong epoch, Hash32 transaction, ulong nonce);

    [LoggerMessage(5, LogLevel.Warning, "{Application}: the claim of epoch {Epoch} was mined and reverted in transaction {Transaction}. It is considered again.")]
    private static partial void LogReverted(ILogger logger, string application, ulong epoch, Hash32 transaction);

    [LoggerMessage(6, LogLevel.Warning, "{Application}: the claim of epoch {Epoch} (transaction {Transaction}) was overtaken: nonce {Nonce} was used by another transaction of the account. It is considered again.")]
    private static partial void LogOvertaken(ILogger logger, string application, ulong epoch, Hash32 transaction, ulong nonce);

    [LoggerMessage(7, LogLevel.Warning, "{Application}: the claim of epoch {Epoch} in transaction {Transaction} of {OldSigner} is given up, because the node now signs with {Signer}. It is considered again.")]
    private static partial void LogAbandoned(ILogger logger, string application, ulong epoch, Hash32 transaction, Address oldSigner, Address signer);

    [LoggerMessage(8, LogLevel.Warning, "{Application}: the claim of epoch {Epoch} in transaction {Old} (nonce {Nonce}) was in no block for {Blocks} blocks. It is replaced by transaction {New}, which offers {Fee} wei a gas unit.")]
    private static partial void LogReplaced(ILogger logger, string application, ulong epoch, Hash32 old, ulong nonce, int blocks, Hash32 @new, System.Numerics.BigInteger fee);

    [LoggerMessage(9, LogLevel.Warning, "{Application}: the claim of epoch {Epoch} in transaction {Transaction} is in no block, and its fees cannot be raised within Services:Claimer:MaxFeePerGasGwei ({Bound} gwei). It waits for lower fees; raise the bound to pay more.")]
    private static partial void LogAtTheBound(ILogger logger, string application, ulong epoch, Hash32 transaction, decimal bound);

    [LoggerMessage(10, LogLevel.Information, "{Application}: the claim of epoch {Epoch} (transaction {Transaction}) was not taken, because the L1 node holds another transaction of nonce {Nonce} that pays as much. Either that one is mined, or this one is raised.")]
    private static partial void LogUnderpriced(ILogger logger, string application, ulong epoch, Hash32 transaction, ulong nonce);
}
