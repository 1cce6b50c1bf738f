using System.Collections.Concurrent;
using System.Numerics;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// Raises the fees of a transaction that is next in its account's order and has long been in no block. The new version is stored before
/// it is broadcast.
/// </summary>
internal sealed partial class ReplaceStuckTransactions(
    IEthereumClient client,
    ITransactionSigner signer,
    FeeEstimator fees,
    StoredTransactions transactions,
    BroadcastTransactions broadcast,
    TransactionOptions options,
    ILogger<ReplaceStuckTransactions> logger
)
{
    // Transactions already logged as not raisable.
    private readonly ConcurrentDictionary<Hash32, bool> _atTheBound = new();

    /// <summary>Whether it has waited long enough to act on, given its account's count at the head.</summary>
    public bool IsOverdue(L1Transaction transaction, ulong head) => head >= transaction.SentAtBlock + (ulong)options.ReplaceAfterBlocks;

    /// <summary>Whether it may be replaced now: overdue, next in its account's order, and not replaced too often.</summary>
    public async Task<bool> IsDueAsync(L1Transaction transaction, ulong head, CancellationToken cancellationToken) =>
        IsOverdue(transaction, head)
        && await client.GetTransactionCountAsync(transaction.Signer, BlockTag.Latest, cancellationToken) == transaction.Nonce
        && (await transactions.ReplacedAsync(transaction, cancellationToken)).Count < options.MaxReplacements;

    /// <summary>Replaces it. The caller holds the account's turn. Null if the fees cannot be raised.</summary>
    public Task<Sending?> ReplaceAsync(
        ILease turn,
        string application,
        L1Transaction stuck,
        ulong head,
        ulong top,
        CancellationToken cancellationToken
    ) =>
        RaiseAsync(
            turn,
            application,
            stuck,
            fees => new UnsignedTransaction(
                stuck.ChainId,
                stuck.Nonce,
                stuck.To,
                new BigInteger(stuck.Value),
                stuck.Data,
                stuck.GasLimit,
                fees
            ),
            head,
            top,
            cancellationToken
        );

    /// <summary>
    /// Replaces it with a transaction that does nothing, so that it is never mined. The caller holds the account's turn. Null if the fees
    /// cannot be raised.
    /// </summary>
    public async Task<Sending?> CancelAsync(
        ILease turn,
        string application,
        L1Transaction worthless,
        ulong head,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        var gas = await client.EstimateGasAsync(new CallRequest(signer.Address, [], signer.Address), cancellationToken);
        LogCancelled(logger, application, worthless.Kind.Describe(), worthless.EpochIndex, worthless.TransactionHash, worthless.Nonce);
        return await RaiseAsync(
            turn,
            application,
            worthless,
            fees => new UnsignedTransaction(worthless.ChainId, worthless.Nonce, signer.Address, 0, [], gas, fees),
            head,
            top,
            cancellationToken
        );
    }

    private async Task<Sending?> RaiseAsync(
        ILease turn,
        string application,
        L1Transaction stuck,
        Func<TransactionFees, UnsignedTransaction> version,
        ulong head,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        var old = new TransactionFees(stuck.MaxFeePerGas, stuck.MaxPriorityFeePerGas, stuck.IsLegacy);
        if (
            FeeRules.Raised(old, await fees.EstimateAsync(cancellationToken), options.ReplacementFeePercent, options.MaxFeePerGas)
            is not { } raised
        )
        {
            if (_atTheBound.TryAdd(stuck.TransactionHash, true))
                LogAtTheBound(
                    logger,
                    application,
                    stuck.Kind.Describe(),
                    stuck.EpochIndex,
                    stuck.TransactionHash,
                    options.MaxFeePerGasGwei
                );
            return null;
        }

        var unsigned = version(raised);
        if (
            await transactions.ReplaceAsync(
                turn,
                stuck,
                unsigned,
                await signer.SignAsync(unsigned, cancellationToken),
                head,
                cancellationToken
            )
            is not { } stored
        )
            return Sending.Waiting;
        Forget(stuck.TransactionHash);
        TransactionMetrics.WasReplaced(application, stuck.Kind);
        TransactionMetrics.Offers(raised);
        LogReplaced(
            logger,
            application,
            stuck.Kind.Describe(),
            stuck.EpochIndex,
            stuck.TransactionHash,
            stuck.Nonce,
            options.ReplaceAfterBlocks,
            stored.TransactionHash,
            raised.MaxFeePerGas
        );
        return await broadcast.BroadcastAsync(application, stored, top, cancellationToken);
    }

    /// <summary>The transaction has ended or has another hash now.</summary>
    public void Forget(Hash32 transaction)
    {
        _atTheBound.TryRemove(transaction, out _);
        broadcast.Forget(transaction);
    }

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} in transaction {Old} (nonce {Nonce}) was in no block for {Blocks} blocks. It is "
            + "replaced by transaction {New}, which offers {Fee} wei a gas unit."
    )]
    private static partial void LogReplaced(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 old,
        ulong nonce,
        int blocks,
        Hash32 @new,
        BigInteger fee
    );

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "{Application}: the inputs of epoch {Epoch} are gone from L1. Its {What} in transaction {Transaction} must not be mined: another "
            + "transaction that does nothing uses up its nonce {Nonce}."
    )]
    private static partial void LogCancelled(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        ulong nonce
    );

    [LoggerMessage(
        11,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} in transaction {Transaction} is in no block, and its fees cannot be raised within "
            + "Transactions:MaxFeePerGasGwei ({Bound} gwei). It waits for lower fees; raise the bound to pay more."
    )]
    private static partial void LogAtTheBound(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        decimal bound
    );
}
