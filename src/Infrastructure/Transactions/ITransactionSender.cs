using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>
/// Sends transactions to L1 for all services that send. A transaction is stored with its nonce and signed bytes before it is broadcast; a
/// restart broadcasts the same bytes, so nothing is sent twice.
/// </summary>
public interface ITransactionSender
{
    /// <summary>The account that pays.</summary>
    Address Account { get; }

    /// <summary>
    /// Follows the epoch's pending transaction: broadcasts it again, replaces it when stuck, closes it when it reverted or another
    /// transaction used its nonce.
    /// </summary>
    /// <param name="application">The application.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="top">Number of the block at the configured tag: transactions mined above it do not count yet.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    Task<FollowedTransaction> FollowAsync(Application application, Epoch epoch, ulong top, CancellationToken cancellationToken);

    /// <summary>
    /// Sends in the account's turn. Sends nothing while another replica has the turn, or if the epoch no longer needs the transaction.
    /// </summary>
    /// <param name="request">What to send; the epoch has no pending transaction.</param>
    /// <param name="head">Number of the newest block.</param>
    /// <param name="top">Number of the block at the configured tag.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    /// <exception cref="ContractRevertedException">The contract would refuse it. Nothing was stored or sent.</exception>
    Task<Sending> SendAsync(TransactionRequest request, ulong head, ulong top, CancellationToken cancellationToken);

    /// <summary>Closes a transaction that succeeded, once its effect is known.</summary>
    Task ConfirmAsync(Application application, L1Transaction transaction, CancellationToken cancellationToken);

    /// <summary>Counts the cost of a transaction that the caller has confirmed together with its effect.</summary>
    Task CountAsync(Application application, TransactionKind kind, Hash32 transaction, CancellationToken cancellationToken);
}
