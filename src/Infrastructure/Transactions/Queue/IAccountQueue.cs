using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>
/// The signing account's transactions, in the order of their nonces, for all services that send. A transaction is stored with its nonce
/// and signed bytes before it is broadcast; a restart broadcasts the same bytes, so nothing is sent twice.
/// </summary>
public interface IAccountQueue
{
    /// <summary>The account that pays.</summary>
    Address Account { get; }

    /// <summary>
    /// Sends a transaction in the account's turn. Sends nothing while another replica has the turn, or if the epoch no longer needs it.
    /// </summary>
    /// <param name="request">What to send; the epoch has no pending transaction.</param>
    /// <param name="view">The chain as the caller has read it.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    /// <exception cref="ContractRevertedException">The contract would refuse it. Nothing was stored or sent.</exception>
    Task<Sending> SubmitAsync(TransactionRequest request, ChainView view, CancellationToken cancellationToken);

    /// <summary>
    /// Advances the epoch's pending transaction: broadcasts it again, replaces it when stuck, closes it when it reverted or another
    /// transaction used its nonce.
    /// </summary>
    /// <param name="application">The application.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="view">The chain as the caller has read it.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    Task<PolledTransaction> PollAsync(Application application, Epoch epoch, ChainView view, CancellationToken cancellationToken);

    /// <summary>
    /// Closes a transaction that succeeded, once its effect is stored. A caller that stores the effect itself closes it in the same unit
    /// of work instead, with <see cref="TransactionEnds"/>.
    /// </summary>
    /// <param name="application">The application.</param>
    /// <param name="succeeded">The transaction as polled, <see cref="TransactionStanding.Succeeded"/>.</param>
    /// <param name="cancellationToken">Cancels the unit.</param>
    Task ConfirmAsync(Application application, PolledTransaction succeeded, CancellationToken cancellationToken);
}
