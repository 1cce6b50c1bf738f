using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>
/// The node's way to L1, shared by the services that send. A transaction is stored with its nonce and signed bytes before it is broadcast;
/// a restart broadcasts the same bytes, so nothing is sent twice.
/// </summary>
public interface ITransactionSender
{
    /// <summary>The account that pays.</summary>
    Address Account { get; }

    /// <summary>
    /// Looks after the epoch's transaction that is on its way: broadcasts it again, replaces it when it is stuck, closes it when it
    /// reverted or was overtaken.
    /// </summary>
    /// <param name="application">The application.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="top">Number of the block at the configured tag: what is mined above it does not count yet.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    Task<FollowedTransaction> FollowAsync(Application application, Epoch epoch, ulong top, CancellationToken cancellationToken);

    /// <summary>
    /// Sends, in the account's turn. Nothing is sent while another replica has the turn, or when the epoch does not want it any more.
    /// </summary>
    /// <param name="request">What to send; the epoch has no transaction on its way.</param>
    /// <param name="head">Number of the newest block.</param>
    /// <param name="top">Number of the block at the configured tag.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    /// <exception cref="ContractRevertedException">The contract would refuse. Nothing was stored or sent.</exception>
    Task<Sending> SendAsync(TransactionRequest request, ulong head, ulong top, CancellationToken cancellationToken);

    /// <summary>Closes a transaction that succeeded, once its effect is known.</summary>
    Task ConfirmAsync(Application application, L1Transaction transaction, CancellationToken cancellationToken);

    /// <summary>Counts what a transaction cost that the caller has closed as confirmed together with its effect.</summary>
    Task CountAsync(Application application, TransactionKind kind, Hash32 transaction, CancellationToken cancellationToken);
}
