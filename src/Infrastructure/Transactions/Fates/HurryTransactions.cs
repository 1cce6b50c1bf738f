using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// Broadcasts a waiting transaction again, with higher fees when due. One that waits behind another of the account's transactions needs
/// that one to move.
/// </summary>
internal sealed class HurryTransactions(
    AccountTurn turns,
    ResolveOrphans orphans,
    ReplaceStuckTransactions replace,
    AccountNonces nonces,
    DropTransactions drop,
    BroadcastTransactions broadcast
)
{
    /// <summary>WAITING or MINED; NONE if it was dropped, because it could never be mined.</summary>
    public async Task<TransactionStanding> HurryAsync(
        string application,
        L1Transaction pending,
        ChainView view,
        CancellationToken cancellationToken
    )
    {
        if (
            replace.IsOverdue(pending, view.Head)
            && await turns.InTurnAsync(
                (turn, token) => HurryInTurnAsync(turn, application, pending, view, token),
                (TransactionStanding?)TransactionStanding.Waiting,
                cancellationToken
            )
                is { } hurried
        )
            return hurried;
        return Of(await broadcast.BroadcastAsync(application, pending, view.Top, cancellationToken));
    }

    /// <summary>Null if only the same bytes can be sent.</summary>
    private async Task<TransactionStanding?> HurryInTurnAsync(
        ILease turn,
        string application,
        L1Transaction pending,
        ChainView view,
        CancellationToken cancellationToken
    )
    {
        await orphans.ResolveAsync(turn, view, cancellationToken);
        if (await replace.TryReplaceAsync(turn, application, pending, view, cancellationToken) is { } sending)
            return Of(sending);
        if (await nonces.GapBeforeAsync(turn, pending, view, cancellationToken) is not { } next)
            return null;
        await drop.BehindGapAsync(application, pending, next, cancellationToken);
        return TransactionStanding.None;
    }

    private static TransactionStanding Of(Sending sending) =>
        sending == Sending.Mined ? TransactionStanding.Mined : TransactionStanding.Waiting;
}
