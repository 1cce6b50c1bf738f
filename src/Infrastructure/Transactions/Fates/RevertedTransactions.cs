using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>Closes transactions that were mined and reverted, by the reason, and limits how many an epoch may have.</summary>
internal sealed partial class RevertedTransactions(
    RevertReasons reasons,
    TransactionEnds ends,
    StoredTransactions transactions,
    TransactionOptions options,
    ILogger<RevertedTransactions> logger
)
{
    /// <summary>Closes it; whether another one may be sent.</summary>
    public async Task<PolledTransaction> PolledAsync(
        string application,
        L1Transaction transaction,
        TransactionReceipt receipt,
        CancellationToken cancellationToken
    )
    {
        // The winner's transaction may not be visible yet, and the next try would lose too: the next head decides.
        if (await EndAsync(application, transaction, receipt, cancellationToken) == TransactionState.LostRace)
            return new PolledTransaction(TransactionStanding.Waiting);
        var count = await transactions.RevertedAsync(transaction, cancellationToken);
        return new PolledTransaction(
            count < options.MaxReverted ? TransactionStanding.None : TransactionStanding.RevertedTooOften,
            transaction,
            Reverted: count
        );
    }

    /// <summary>Closes it as LOST_RACE or REVERTED, and returns which.</summary>
    public async Task<TransactionState> EndAsync(
        string application,
        L1Transaction transaction,
        TransactionReceipt receipt,
        CancellationToken cancellationToken
    )
    {
        var state = await reasons.JudgeAsync(transaction, receipt, cancellationToken);
        if (state == TransactionState.LostRace)
            LogLostRace(logger, application, transaction.Kind.Describe(), transaction.EpochIndex, receipt.TransactionHash);
        else
            LogReverted(logger, application, transaction.Kind.Describe(), transaction.EpochIndex, receipt.TransactionHash);
        await ends.EndAsync(application, transaction, state, receipt, cancellationToken);
        return state;
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
}
