using System.Numerics;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>Raises the fees of a transaction that is next in its account's order and has long been in no block.</summary>
internal sealed partial class ReplaceStuckTransactions(
    IEthereumClient client,
    BoundedFees fees,
    StoredVersions versions,
    RaiseTransactions raise,
    BroadcastMemory memory,
    BroadcastTransactions broadcast,
    TransactionOptions options,
    ILogger<ReplaceStuckTransactions> logger
)
{
    /// <summary>Whether it has waited long enough to act on.</summary>
    public bool IsOverdue(L1Transaction transaction, ulong head) => head >= transaction.SentAtBlock + (ulong)options.ReplaceAfterBlocks;

    /// <summary>
    /// Replaces it if it is overdue, next in its account's order, and not replaced too often. The caller holds the account's turn. Null
    /// if it is not due or its fees cannot be raised.
    /// </summary>
    public async Task<Sending?> TryReplaceAsync(
        ILease turn,
        string application,
        L1Transaction stuck,
        ChainView view,
        CancellationToken cancellationToken
    )
    {
        if (
            !IsOverdue(stuck, view.Head)
            || memory.IsAtTheBound(stuck.TransactionHash)
            || await client.GetTransactionCountAsync(stuck.Signer, BlockTag.Latest, cancellationToken) != stuck.Nonce
            || (await versions.ReplacedAsync(stuck, cancellationToken)).Count >= options.MaxReplacements
        )
            return null;
        var (what, epoch, old) = (stuck.Kind.Describe(), stuck.EpochIndex, stuck.TransactionHash);
        if (!fees.CanRaise(stuck))
        {
            if (memory.IsFirstAtTheBound(stuck, view.Head))
                LogAtTheBound(logger, application, what, epoch, old, options.MaxFeePerGasGwei);
            return null;
        }

        var stored = await raise.StoreRaisedAsync(
            turn,
            application,
            stuck,
            raised => new UnsignedTransaction(
                stuck.ChainId,
                stuck.Nonce,
                stuck.To,
                new BigInteger(stuck.Value),
                stuck.Data,
                stuck.GasLimit,
                raised
            ),
            view,
            cancellationToken
        );
        if (stored is null)
            return Sending.Waiting;
        var waited = view.Head - stuck.SentAtBlock;
        LogReplaced(logger, application, what, epoch, old, stuck.Nonce, waited, stored.TransactionHash, stored.MaxFeePerGas);
        return await broadcast.BroadcastAsync(application, stored, view.Top, cancellationToken);
    }

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} in transaction {Old} (nonce {Nonce}) was in no block for {Blocks} blocks. It is "
            + "replaced by transaction {New}, which offers {Fee} wei per gas unit."
    )]
    private static partial void LogReplaced(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 old,
        ulong nonce,
        ulong blocks,
        Hash32 @new,
        ulong fee
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
