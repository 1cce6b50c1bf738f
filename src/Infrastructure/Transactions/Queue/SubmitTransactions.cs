using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// Takes a request from the estimate to the broadcast, in the account's turn. Each step may find that the request must wait.
/// </summary>
internal sealed partial class SubmitTransactions(
    WithheldResults withheld,
    DraftTransactions drafts,
    ResolveOrphans orphans,
    AccountNonces nonces,
    WatchAccount account,
    StoreTransactions store,
    BroadcastTransactions broadcast,
    ILogger<SubmitTransactions> logger
)
{
    public async Task<Sending> SubmitAsync(ILease turn, TransactionRequest request, ChainView view, CancellationToken cancellationToken)
    {
        var (application, epoch) = (request.Application, request.Epoch);
        using var span = EpochTrace.Continue("transaction.submit", application, epoch);
        span?.SetTag("rollups.transaction.kind", EnumNames.Of(request.Kind));
        if (
            await withheld.IsWithheldAsync(application.Name, application.Id, request.Kind, epoch.Index, cancellationToken)
            || await drafts.GasLimitAsync(request, cancellationToken) is not { } gasLimit
        )
            return Sending.Waiting;
        // Before the nonce: one of theirs may become free.
        await orphans.ResolveAsync(turn, view, cancellationToken);
        // A second user of the key is noticed before the account signs once more.
        await account.LookAsync(view.Head, cancellationToken);
        if (await nonces.NextAsync(turn, view, cancellationToken) is not { } nonce)
            return Sending.Waiting;
        var draft = await drafts.SignAsync(request, nonce, gasLimit, cancellationToken);
        if (await store.StoreAsync(turn, request, draft, view.Head, cancellationToken) is not { } stored)
            return Sending.Waiting;
        span?.SetTag("rollups.transaction.hash", stored.TransactionHash.ToString());
        TransactionMetrics.Offers(draft.Unsigned.Fees);
        LogDecided(logger, application.Name, request.Kind.Describe(), epoch.Index, stored.TransactionHash, stored.Signer, nonce);
        return await broadcast.BroadcastAsync(application.Name, stored, view.Top, cancellationToken);
    }

    [LoggerMessage(
        1,
        LogLevel.Debug,
        "{Application}: the {What} of epoch {Epoch} is stored as transaction {Transaction} of {Signer}, nonce {Nonce}."
    )]
    private static partial void LogDecided(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        Address signer,
        ulong nonce
    );
}
