using Microsoft.Extensions.Logging;
using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>Closes pending transactions that are not mined any more, for each of the reasons. The epoch is then considered again.</summary>
internal sealed partial class DropTransactions(TransactionEnds ends, ILogger<DropTransactions> logger)
{
    /// <summary>Another transaction of the account has used its nonce.</summary>
    public Task OvertakenAsync(string application, L1Transaction pending, CancellationToken cancellationToken)
    {
        LogOvertaken(logger, application, pending.Kind.Describe(), pending.EpochIndex, pending.TransactionHash, pending.Nonce);
        return DropAsync(application, pending, cancellationToken);
    }

    /// <summary>
    /// The operator has configured another key since it was signed: the old account may lack the right or the ether to send it.
    /// </summary>
    public Task AbandonedAsync(string application, L1Transaction pending, Address signer, CancellationToken cancellationToken)
    {
        LogAbandoned(logger, application, pending.Kind.Describe(), pending.EpochIndex, pending.TransactionHash, pending.Signer, signer);
        return DropAsync(application, pending, cancellationToken);
    }

    /// <summary>
    /// The earlier nonces belonged to transactions that were not ours and that the L1 nodes have dropped, or that were lost with their
    /// block and are not wanted any more. Only a transaction of ours can fill the gap. Should this one be mined behind the next all the
    /// same, the contract refuses it.
    /// </summary>
    public Task BehindGapAsync(string application, L1Transaction pending, ulong next, CancellationToken cancellationToken)
    {
        LogGap(logger, application, pending.Kind.Describe(), pending.EpochIndex, pending.TransactionHash, pending.Nonce, next);
        return DropAsync(application, pending, cancellationToken);
    }

    private Task DropAsync(string application, L1Transaction pending, CancellationToken cancellationToken) =>
        ends.EndAsync(application, pending, TransactionState.Dropped, null, cancellationToken);

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
        "{Application}: the node abandons the {What} of epoch {Epoch} in transaction {Transaction} of {OldSigner}, because it now signs "
            + "with {Signer}. It decides anew whether to send one."
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
