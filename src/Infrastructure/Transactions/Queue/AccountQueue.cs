using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <inheritdoc cref="IAccountQueue" />
internal sealed class AccountQueue(
    ITransactionSigner signer,
    AccountTurn turns,
    SubmitTransactions submit,
    PollTransactions poll,
    TransactionEnds ends
) : IAccountQueue
{
    public Address Account => signer.Address;

    public Task<Sending> SubmitAsync(TransactionRequest request, ChainView view, CancellationToken cancellationToken) =>
        turns.InTurnAsync((turn, token) => submit.SubmitAsync(turn, request, view, token), Sending.Waiting, cancellationToken);

    public Task<PolledTransaction> PollAsync(Application application, Epoch epoch, ChainView view, CancellationToken cancellationToken) =>
        poll.PollAsync(application, epoch, view, cancellationToken);

    public Task ConfirmAsync(Application application, PolledTransaction succeeded, CancellationToken cancellationToken) =>
        ends.EndAsync(application.Name, succeeded.Transaction!, TransactionState.Confirmed, succeeded.Receipt, cancellationToken);
}
