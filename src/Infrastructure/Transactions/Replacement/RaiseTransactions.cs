using System.Numerics;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// Makes a new version of a pending transaction, with the same nonce and higher fees. It is stored before it is broadcast.
/// </summary>
internal sealed partial class RaiseTransactions(
    ITransactionSigner signer,
    BoundedFees fees,
    StoredVersions versions,
    BroadcastMemory memory,
    BroadcastTransactions broadcast,
    TransactionOptions options,
    ILogger<RaiseTransactions> logger
)
{
    /// <summary>Stores and broadcasts the version. The caller holds the account's turn. Null if the fees cannot be raised.</summary>
    /// <param name="turn">The lease of the account.</param>
    /// <param name="application">Name of its application.</param>
    /// <param name="stuck">The newest version so far.</param>
    /// <param name="version">The next one, given its fees.</param>
    /// <param name="view">The chain.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    public async Task<Sending?> RaiseAsync(
        ILease turn,
        string application,
        L1Transaction stuck,
        Func<TransactionFees, UnsignedTransaction> version,
        ChainView view,
        CancellationToken cancellationToken
    )
    {
        if (await fees.RaisedAsync(stuck, cancellationToken) is not { } raised)
        {
            if (memory.IsFirstAtTheBound(stuck))
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
        var draft = new SignedDraft(unsigned, await signer.SignAsync(unsigned, cancellationToken));
        if (await versions.ReplaceAsync(turn, stuck, draft, view.Head, cancellationToken) is not { } stored)
            return Sending.Waiting;
        memory.Forget(stuck.TransactionHash);
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
        int blocks,
        Hash32 @new,
        BigInteger fee
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
