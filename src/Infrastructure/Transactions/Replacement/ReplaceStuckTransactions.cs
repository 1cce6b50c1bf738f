using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>Raises the fees of a transaction that is next in its account's order and has long been in no block.</summary>
internal sealed class ReplaceStuckTransactions(
    IEthereumClient client,
    StoredVersions versions,
    RaiseTransactions raise,
    TransactionOptions options
)
{
    /// <summary>Whether it has waited long enough to act on.</summary>
    public bool IsOverdue(L1Transaction transaction, ulong head) => head >= transaction.SentAtBlock + (ulong)options.ReplaceAfterBlocks;

    /// <summary>
    /// Replaces it if it is overdue, next in its account's order, and not replaced too often. The caller holds the account's turn. Null
    /// if it is not due or its fees cannot be raised.
    /// </summary>
    public async Task<Sending?> TryReplaceAsync(
        ILease turn,
        string application,
        L1Transaction stuck,
        ChainView view,
        CancellationToken cancellationToken
    ) =>
        IsOverdue(stuck, view.Head)
        && await client.GetTransactionCountAsync(stuck.Signer, BlockTag.Latest, cancellationToken) == stuck.Nonce
        && (await versions.ReplacedAsync(stuck, cancellationToken)).Count < options.MaxReplacements
            ? await raise.RaiseAsync(
                turn,
                application,
                stuck,
                fees => new UnsignedTransaction(
                    stuck.ChainId,
                    stuck.Nonce,
                    stuck.To,
                    new BigInteger(stuck.Value),
                    stuck.Data,
                    stuck.GasLimit,
                    fees
                ),
                view,
                cancellationToken
            )
            : null;
}
