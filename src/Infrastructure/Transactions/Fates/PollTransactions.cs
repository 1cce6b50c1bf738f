using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>Takes an epoch's pending transaction one step towards its end.</summary>
internal sealed class PollTransactions(
    ITransactionSigner signer,
    StoredTransactions transactions,
    TransactionFates fates,
    HurryTransactions hurry,
    RevertedTransactions reverted,
    DropTransactions drop,
    BroadcastMemory memory
)
{
    public async Task<PolledTransaction> PollAsync(
        Application application,
        Epoch epoch,
        ChainView view,
        CancellationToken cancellationToken
    )
    {
        if (await transactions.PendingOfAsync(application, epoch, cancellationToken) is not { } pending)
            return new PolledTransaction(TransactionStanding.None);
        var (fate, receipt) = await fates.OfAsync(pending, view.Top, cancellationToken);
        switch (fate)
        {
            case Fate.Waiting when pending.Signer != signer.Address:
                await drop.AbandonedAsync(application.Name, pending, signer.Address, cancellationToken);
                return new PolledTransaction(TransactionStanding.None);
            case Fate.Waiting:
                return
                    await hurry.HurryAsync(application.Name, pending, view, cancellationToken) is var standing
                    && standing == TransactionStanding.None
                    ? new PolledTransaction(TransactionStanding.None)
                    : new PolledTransaction(standing, pending);
            case Fate.MinedAboveTop:
                // If a reorganisation reverts the block, it is broadcast again at once.
                memory.Forget(pending.TransactionHash);
                return new PolledTransaction(TransactionStanding.Waiting, pending);
            case Fate.Succeeded:
                return new PolledTransaction(TransactionStanding.Succeeded, pending, receipt);
            case Fate.Overtaken:
                await drop.OvertakenAsync(application.Name, pending, cancellationToken);
                return new PolledTransaction(TransactionStanding.None);
            default:
                return await reverted.PolledAsync(application.Name, pending, receipt!, cancellationToken);
        }
    }
}
