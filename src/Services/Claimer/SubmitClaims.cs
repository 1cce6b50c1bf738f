using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Claimer;

/// <summary>
/// Sends claims. A transaction is stored with its nonce and signed bytes before it is broadcast; a restart broadcasts the same bytes, so an epoch
/// never gets a second one. One sender per (chain, account): a lease between replicas, a queue inside the process.
/// </summary>
internal sealed partial class SubmitClaims(
    IEthereumClient client, ITransactionSigner signer, FeeEstimator fees, IUnitOfWork unit, IDatabaseProvider database, IServiceScopeFactory scopes,
    RecordClaims record, ChainIdentity chain, ClaimerOptions options, TimeProvider clock, ILogger<SubmitClaims> logger) : ISubmitClaims, IDisposable
{
    private readonly SemaphoreSlim _account = new(1, 1);
    private readonly ConcurrentDictionary<Hash32, ulong> _broadcastAt = new();

    public Address? Account => signer.Address;

    public void Dispose() => _account.Dispose();

    public async Task<bool> SubmitAsync(Application application, Epoch epoch, ulong top, CancellationToken cancellationToken)
    {
        await using (var scope = scopes.CreateAsyncScope())
        {
            var pending = await scope.ServiceProvider.GetRequiredService<RollupsDbContext>().ClaimTransactions.AsNoTracking()
                .SingleOrDefaultAsync(row => row.ApplicationId == application.Id && row.EpochIndex == epoch.Index && row.State == ClaimTransactionState.Pending, cancellationToken);
            if (pending is not null && await FollowAsync(application, pending, top, cancellationToken) is { } mined)
                return mined;
        }

        // The contract wants to be called behind the epoch's last block: on top of that block at the earliest.
        if (await client.GetBlockAsync(BlockTag.Latest, cancellationToken) is not { } head || head.Number < epoch.LastBlock)
            return false;
        await _account.WaitAsync(cancellationToken);
        try
        {
            await using var lease = await database.TryAcquireLeaseAsync($"signer:{chain.ChainId}:{signer.Address}", cancellationToken);
            return lease is not null && await SendAsync(application, epoch, head.Number, cancellationToken);
        }
        finally
        {
            _account.Release();
        }
    }

    /// <summary>Null when the stored transaction is out of the way and the claim must be considered again.</summary>
    private async Task<bool?> FollowAsync(Application application, ClaimTransaction pending, ulong top, CancellationToken cancellationToken)
    {
        var receipt = await client.GetReceiptAsync(pending.TransactionHash, cancellationToken);
        if (receipt is { Succeeded: true })
            return false;
        if (receipt is { Succeeded: false })
        {
            if (receipt.BlockNumber > top)
                return false;
            LogReverted(logger, application.Name, pending.EpochIndex, pending.TransactionHash, receipt.GasUsed);
            await CloseAsync(pending, ClaimTransactionState.Reverted, cancellationToken);
            return null;
        }

        if (await client.GetTransactionCountAsync(signer.Address, BlockTag.Latest, cancellationToken) > pending.Nonce)
        {
            // Mined between the two questions, or the nonce was used by another transaction of the account.
            if (await client.GetReceiptAsync(pending.TransactionHash, cancellationToken) is not null)
                return false;
            LogOvertaken(logger, application.Name, pending.EpochIndex, pending.TransactionHash, pending.Nonce);
            await CloseAsync(pending, ClaimTransactionState.Dropped, cancellationToken);
            return null;
        }

        if (!_broadcastAt.TryGetValue(pending.TransactionHash, out var sentAt) || top >= sentAt + (ulong)options.RebroadcastAfterBlocks)
            return await BroadcastAsync(application, pending.EpochIndex, pending.TransactionHash, pending.SignedTransaction, top, cancellationToken);
        return false;
    }

    private async Task<bool> SendAsync(Application application, Epoch epoch, ulong head, CancellationToken cancellationToken)
    {
        var root = epoch.OutputsMerkleRoot!.Value;
        var data = ConsensusContract.SubmitClaim(application.Address, epoch.LastBlock, root);
        ulong gas;
        try
        {
            gas = await client.EstimateGasAsync(new CallRequest(application.ConsensusAddress, data, signer.Address), cancellationToken);
        }
        catch (ContractRevertedException revert)
        {
            await RefusedAsync(application, epoch, revert, cancellationToken);
            return false;
        }

        var price = await fees.EstimateAsync(cancellationToken);
        var counted = await client.GetTransactionCountAsync(signer.Address, BlockTag.Pending, cancellationToken);
        // A fifth on top: the estimate is of the head's state, and the claim may be mined on another.
        var signed = await unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.LockApplicationAsync(scope.Db, application.Id, token)
                    || !await scope.Db.Applications.AnyAsync(app => app.Id == application.Id && app.State == ApplicationState.Enabled, token)
                    || !await scope.Db.Epochs.AnyAsync(row => row.ApplicationId == application.Id && row.Index == epoch.Index && row.Status == EpochStatus.ClaimCalculated, token)
                    || await scope.Db.ClaimTransactions.AnyAsync(row => row.ApplicationId == application.Id && row.EpochIndex == epoch.Index && row.State == ClaimTransactionState.Pending, token))
                    return null;
                var stored = await scope.Db.ClaimTransactions
                    .Where(row => row.ChainId == chain.ChainId && row.Signer == signer.Address && row.State == ClaimTransactionState.Pending)
                    .Select(row => (ulong?)row.Nonce).MaxAsync(token);
                var nonce = Math.Max(counted, stored + 1 ?? 0);
                var transaction = await signer.SignAsync(
                    new UnsignedTransaction(chain.ChainId, nonce, application.ConsensusAddress, 0, data, gas + (gas / 5), price), token);
                var now = clock.GetUtcNow();
                scope.Db.Add(new ClaimTransaction
                {
                    ChainId = chain.ChainId, Signer = signer.Address, Nonce = nonce, ApplicationId = application.Id, EpochIndex = epoch.Index, TransactionHash = transaction.Hash,
                    SignedTransaction = transaction.RawBytes, SentAtBlock = head, CreatedAt = now, UpdatedAt = now,
                });
                return transaction;
            },
            cancellationToken);
        return signed is not null && await BroadcastAsync(application, epoch.Index, signed.Hash, signed.RawBytes, head, cancellationToken);
    }

    /// <summary>True when it is mined at once, as on a devnet.</summary>
    private async Task<bool> BroadcastAsync(Application application, ulong epochIndex, Hash32 hash, byte[] signed, ulong block, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendRawTransactionAsync(signed, cancellationToken);
        }
        catch (EthereumRpcException exception) when (exception is not ContractRevertedException)
        {
            // The stored bytes stay: the next head looks for the receipt, and broadcasts them again when it is time.
            LogNotTaken(logger, application.Name, epochIndex, hash, exception.Message);
            return false;
        }

        _broadcastAt[hash] = block;
        LogSent(logger, application.Name, epochIndex, hash);
        return await client.GetReceiptAsync(hash, cancellationToken) is not null;
    }

    private async Task RefusedAsync(Application application, Epoch epoch, ContractRevertedException revert, CancellationToken cancellationToken)
    {
        var words = revert.RevertData.Count == 0 ? revert.NodeMessage : RevertReason.Describe(revert.RevertData);
        var about = $"The claim of epoch {epoch.Index} (last block {epoch.LastBlock}) would revert with {words}";
        switch (revert.Selector)
        {
            case RevertReason.NotEpochFinalBlock:
                await record.HaltedAsync(application, InoperableKind.Failed, $"{about}: the registered epoch length {application.EpochLength} is not the contract's. Register the application anew.", cancellationToken);
                break;
            case RevertReason.OwnableUnauthorizedAccount:
                var owner = new AbiReader(await client.CallAsync(ConsensusContract.Owner(application.ConsensusAddress), BlockTag.Latest, cancellationToken)).Address(0);
                await record.HaltedAsync(
                    application, InoperableKind.Failed,
                    $"{about}: the account {signer.Address} is not the owner {owner} of the Authority {application.ConsensusAddress}. Give the owner's key in section Signer, then enable the application again.",
                    cancellationToken);
                break;
            case null or 0x08c379a0 when words.Contains("caller is not validator", StringComparison.Ordinal):
                await record.HaltedAsync(
                    application, InoperableKind.Failed,
                    $"{about}: the account {signer.Address} is not a validator of the Quorum {application.ConsensusAddress}. Give a validator's key in section Signer, then enable the application again.",
                    cancellationToken);
                break;
            case RevertReason.NotPastBlock:
                // The endpoint estimates inside the head and not on top of it, or lags: the next head mends it.
                LogTooEarly(logger, application.Name, epoch.Index, words);
                break;
            default:
                // NotFirstClaim: somebody claimed; the event will say what. The rest is not ours to judge.
                LogRefused(logger, application.Name, epoch.Index, words);
                break;
        }
    }

    private Task<int> CloseAsync(ClaimTransaction transaction, ClaimTransactionState state, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            (scope, token) => scope.Db.ClaimTransactions
                .Where(row => row.Id == transaction.Id && row.State == ClaimTransactionState.Pending)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, state).SetProperty(row => row.UpdatedAt, clock.GetUtcNow()), token),
            cancellationToken);

    [LoggerMessage(1, LogLevel.Information, "{Application}: the claim of epoch {Epoch} was sent in transaction {Transaction}.")]
    private static partial void LogSent(ILogger logger, string application, ulong epoch, Hash32 transaction);

    [LoggerMessage(2, LogLevel.Warning, "{Application}: the claim of epoch {Epoch} (transaction {Transaction}) was not taken: {Error} The same bytes are sent again later.")]
    private static partial void LogNotTaken(ILogger logger, string application, ulong epoch, Hash32 transaction, string error);

    [LoggerMessage(3, LogLevel.Warning, "{Application}: the claim of epoch {Epoch} would revert with {Reason}. Nothing was sent; the next head decides.")]
    private static partial void LogRefused(ILogger logger, string application, ulong epoch, string reason);

    [LoggerMessage(6, LogLevel.Debug, "{Application}: it is too early to claim epoch {Epoch} ({Reason}); the next head decides.")]
    private static partial void LogTooEarly(ILogger logger, string application, ulong epoch, string reason);

    [LoggerMessage(4, LogLevel.Warning, "{Application}: the claim of epoch {Epoch} was mined and reverted in transaction {Transaction} ({Gas} gas). It is considered again.")]
    private static partial void LogReverted(ILogger logger, string application, ulong epoch, Hash32 transaction, ulong gas);

    [LoggerMessage(5, LogLevel.Warning, "{Application}: the claim of epoch {Epoch} (transaction {Transaction}) was overtaken: nonce {Nonce} was used by another transaction of the account. It is considered again.")]
    private static partial void LogOvertaken(ILogger logger, string application, ulong epoch, Hash32 transaction, ulong nonce);
}
