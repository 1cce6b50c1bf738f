using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>The nonces of the account that stored transactions have. A decision is made under the lease of the account.</summary>
internal sealed class StoredNonces(
    IServiceScopeFactory scopes,
    IUnitOfWork unit,
    IDatabaseProvider database,
    ITransactionSigner signer,
    ChainIdentity chain,
    TimeProvider clock
)
{
    /// <summary>
    /// Hashes of all versions of the account's transactions known to be mined, with that nonce or a later one.
    /// </summary>
    public Task<List<Hash32>> SettledFromAsync(ulong nonce, CancellationToken cancellationToken) =>
        scopes.ReadAsync(db =>
        {
            var settled = Own(db)
                .Where(row =>
                    row.Nonce >= nonce
                    && (
                        row.State == TransactionState.Confirmed
                        || row.State == TransactionState.Reverted
                        || row.State == TransactionState.LostRace
                    )
                );
            return settled
                .Select(row => row.TransactionHash)
                .Concat(
                    db.ReplacedTransactions.Where(old => settled.Any(row => row.Id == old.TransactionId))
                        .Select(old => old.TransactionHash)
                )
                .ToListAsync(cancellationToken);
        });

    /// <summary>The account's next nonce, given the endpoint's count; null if the turn is over.</summary>
    /// <param name="turn">The lease of the account.</param>
    /// <param name="counted">Its transaction count, including the pool.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public Task<ulong?> NextAsync(ILease turn, ulong counted, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.HoldLeaseAsync(scope.Db, turn, token))
                    return (ulong?)null;
                await DropTakenBackAsync(scope.Db, counted, token);
                // The lowest that none of ours has: a gap left by a reorganisation would block everything behind it.
                var taken = await Own(scope.Db)
                    .Where(row => row.State == TransactionState.Pending && row.Nonce >= counted)
                    .Select(row => row.Nonce)
                    .ToListAsync(token);
                var next = counted;
                while (taken.Contains(next))
                    next++;
                return next;
            },
            cancellationToken
        );

    /// <summary>
    /// Whether the account has a pending transaction with a nonce from <paramref name="counted"/> on and before <paramref name="end"/>;
    /// null if the turn is over.
    /// </summary>
    /// <param name="turn">The lease of the account.</param>
    /// <param name="counted">Its transaction count in blocks, from an endpoint that does not lag.</param>
    /// <param name="end">The nonce after the last.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public Task<bool?> IsAnyPendingAsync(ILease turn, ulong counted, ulong end, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.HoldLeaseAsync(scope.Db, turn, token))
                    return (bool?)null;
                await DropTakenBackAsync(scope.Db, counted, token);
                return await Own(scope.Db)
                    .AnyAsync(row => row.State == TransactionState.Pending && row.Nonce >= counted && row.Nonce < end, token);
            },
            cancellationToken
        );

    /// <summary>
    /// Settled, and yet the chain does not know the nonce as used: a reorganisation took the transaction back. Its end was counted when
    /// it was mined.
    /// </summary>
    private Task<int> DropTakenBackAsync(RollupsDbContext db, ulong counted, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return Own(db)
            .Where(row => row.State != TransactionState.Pending && row.State != TransactionState.Dropped && row.Nonce >= counted)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, TransactionState.Dropped).SetProperty(row => row.UpdatedAt, now),
                cancellationToken
            );
    }

    private IQueryable<L1Transaction> Own(RollupsDbContext db)
    {
        var account = signer.Address;
        return db.Transactions.Where(row => row.ChainId == chain.ChainId && row.Signer == account);
    }
}
