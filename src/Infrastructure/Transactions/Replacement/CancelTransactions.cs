using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>Replaces a transaction that must not be mined with one that does nothing and uses up its nonce.</summary>
internal sealed partial class CancelTransactions(
    IEthereumClient client,
    ITransactionSigner signer,
    BoundedFees fees,
    RaiseTransactions raise,
    BroadcastMemory memory,
    BroadcastTransactions broadcast,
    TransactionOptions options,
    ILogger<CancelTransactions> logger
)
{
    /// <summary>
    /// Replaces it, unless the bound of the fees forbids that: then it may still be mined from a pool, and only the operator can raise the
    /// bound. The caller holds the account's turn.
    /// </summary>
    /// <param name="turn">The lease of the account.</param>
    /// <param name="application">Name of its application.</param>
    /// <param name="worthless">The newest version.</param>
    /// <param name="cause">Why its application stopped.</param>
    /// <param name="view">The chain.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    public async Task CancelAsync(
        ILease turn,
        string application,
        L1Transaction worthless,
        string cause,
        ChainView view,
        CancellationToken cancellationToken
    )
    {
        var (what, epoch, old) = (worthless.Kind.Describe(), worthless.EpochIndex, worthless.TransactionHash);
        if (!fees.CanRaise(worthless))
        {
            if (memory.IsFirstAtTheBound(worthless, view.Head))
                LogAtTheBound(logger, application, what, epoch, old, worthless.Nonce, options.MaxFeePerGasGwei, cause);
            return;
        }

        var gas = await client.EstimateGasAsync(new CallRequest(signer.Address, [], signer.Address), cancellationToken);
        var stored = await raise.StoreRaisedAsync(
            turn,
            application,
            worthless,
            raised => new UnsignedTransaction(worthless.ChainId, worthless.Nonce, signer.Address, 0, [], gas, raised),
            view,
            cancellationToken
        );
        if (stored is null)
            return;
        LogCancelled(logger, application, what, epoch, old, stored.TransactionHash, stored.Nonce, cause);
        await broadcast.BroadcastAsync(application, stored, view.Top, cancellationToken);
    }

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} in transaction {Old} must not be mined, because the application stopped as CORRUPTED. "
            + "Transaction {New}, which does nothing, uses up its nonce {Nonce}. The application stopped for this reason: {Cause}"
    )]
    private static partial void LogCancelled(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 old,
        Hash32 @new,
        ulong nonce,
        string cause
    );

    [LoggerMessage(
        13,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} in transaction {Transaction} must not be mined, because the application stopped as "
            + "CORRUPTED, but a transaction that takes its nonce {Nonce} would have to offer more than Transactions:MaxFeePerGasGwei "
            + "({Bound} gwei). The node does not send it again; if an L1 node still holds it, it may be mined. Raise the bound to have it "
            + "replaced. The application stopped for this reason: {Cause}"
    )]
    private static partial void LogAtTheBound(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        ulong nonce,
        decimal bound,
        string cause
    );
}
