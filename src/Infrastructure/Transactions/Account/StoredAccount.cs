using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>What the database knows of the account's transactions.</summary>
internal sealed class StoredAccount(
    IServiceScopeFactory scopes,
    IUnitOfWork unit,
    ITransactionSigner signer,
    ChainIdentity chain,
    TimeProvider clock
)
{
    /// <summary>Up to where the account's transactions are accounted for; null before the first look.</summary>
    public Task<AccountedNonces?> AccountedAsync(CancellationToken cancellationToken) =>
        scopes.ReadAsync(db => AccountedNonces.ReadAsync(db, chain.ChainId, signer.Address, cancellationToken));

    /// <summary>Stores it; false if another process was faster.</summary>
    public Task<bool> AccountAsync(AccountedNonces? before, AccountedNonces now, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            (scope, token) => now.ReplaceAsync(scope.Db, chain.ChainId, signer.Address, before, clock.GetUtcNow(), token),
            cancellationToken
        );

    /// <summary>
    /// The states of the account's stored transactions with nonces in that range. One that was dropped is not among them: another one may
    /// have used its nonce.
    /// </summary>
    public async Task<IReadOnlyDictionary<ulong, TransactionState>> StatesAsync(ulong from, ulong end, CancellationToken cancellationToken)
    {
        var rows = await scopes.ReadAsync(db =>
            Own(db)
                .Where(row => row.Nonce >= from && row.Nonce < end && row.State != TransactionState.Dropped)
                .Select(row => new { row.Nonce, row.State })
                .ToListAsync(cancellationToken)
        );
        return rows.GroupBy(row => row.Nonce).ToDictionary(group => group.Key, group => group.Min(row => row.State));
    }

    /// <summary>Whether the account's transaction is one that this database has signed, in whichever version.</summary>
    public Task<bool> IsKnownAsync(Hash32 transaction, CancellationToken cancellationToken) =>
        scopes.ReadAsync(async db =>
            await Own(db).AnyAsync(row => row.TransactionHash == transaction, cancellationToken)
            || await db.ReplacedTransactions.AnyAsync(row => row.TransactionHash == transaction, cancellationToken)
        );

    /// <summary>Whether the contract is the consensus of an application that this database follows.</summary>
    public Task<bool> IsConsensusAsync(Address contract, CancellationToken cancellationToken) =>
        scopes.ReadAsync(db => db.Applications.AnyAsync(app => app.ConsensusAddress == contract, cancellationToken));

    private IQueryable<L1Transaction> Own(RollupsDbContext db)
    {
        var account = signer.Address;
        return db.Transactions.Where(row => row.ChainId == chain.ChainId && row.Signer == account);
    }
}
