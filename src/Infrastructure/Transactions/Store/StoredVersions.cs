using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// The versions of a transaction: same nonce, rising fees. The row has the newest; any of them may be mined while it is in a pool.
/// </summary>
internal sealed class StoredVersions(IServiceScopeFactory scopes, IUnitOfWork unit, IDatabaseProvider database, TimeProvider clock)
{
    /// <summary>Hashes of the earlier versions of a transaction, the newest first.</summary>
    public Task<List<Hash32>> ReplacedAsync(L1Transaction transaction, CancellationToken cancellationToken) =>
        scopes.ReadAsync(db =>
            db.ReplacedTransactions.Where(row => row.TransactionId == transaction.Id)
                .OrderByDescending(row => row.SentAtBlock)
                .ThenByDescending(row => row.ReplacedAt)
                .Select(row => row.TransactionHash)
                .ToListAsync(cancellationToken)
        );

    /// <summary>
    /// Stores a new version of a pending transaction before it is broadcast, and keeps the hash of the old one; null if another replica
    /// was faster or the turn is over.
    /// </summary>
    /// <param name="turn">The lease of the account.</param>
    /// <param name="old">The newest version so far.</param>
    /// <param name="next">The new one.</param>
    /// <param name="head">Number of the newest block.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public Task<L1Transaction?> ReplaceAsync(
        ILease turn,
        L1Transaction old,
        SignedDraft next,
        ulong head,
        CancellationToken cancellationToken
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.HoldLeaseAsync(scope.Db, turn, token))
                    return null;
                var now = clock.GetUtcNow();
                var (unsigned, signed) = next;
                var rows = scope.Db.Transactions.Where(row => row.Id == old.Id);
                var changed = await rows.Where(row => row.State == TransactionState.Pending && row.TransactionHash == old.TransactionHash)
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(row => row.TransactionHash, signed.Hash)
                                .SetProperty(row => row.SignedTransaction, signed.RawBytes)
                                .SetProperty(row => row.To, unsigned.To)
                                .SetProperty(row => row.Value, (decimal)unsigned.Value)
                                .SetProperty(row => row.Data, unsigned.Data)
                                .SetProperty(row => row.GasLimit, unsigned.GasLimit)
                                .SetProperty(row => row.MaxFeePerGas, (ulong)unsigned.Fees.MaxFeePerGas)
                                .SetProperty(row => row.MaxPriorityFeePerGas, (ulong)unsigned.Fees.MaxPriorityFeePerGas)
                                .SetProperty(row => row.SentAtBlock, head)
                                .SetProperty(row => row.UpdatedAt, now),
                        token
                    );
                if (changed == 0)
                    return null;
                scope.Db.Add(
                    new ReplacedTransaction
                    {
                        TransactionId = old.Id,
                        TransactionHash = old.TransactionHash,
                        MaxFeePerGas = old.MaxFeePerGas,
                        MaxPriorityFeePerGas = old.MaxPriorityFeePerGas,
                        SentAtBlock = old.SentAtBlock,
                        ReplacedAt = now,
                    }
                );
                return await rows.AsNoTracking().SingleAsync(token);
            },
            cancellationToken
        );
}
