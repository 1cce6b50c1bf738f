using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Transactions;

/// <summary>
/// The account's pending transactions that no service polls any more, because their epoch has moved past them or their application
/// stopped. Their nonces must still be used up, or everything behind them waits for ever.
/// </summary>
internal sealed class StoredOrphans(IServiceScopeFactory scopes, ITransactionSigner signer, ChainIdentity chain)
{
    /// <summary>All of them, in the order of their nonces.</summary>
    public async Task<List<OrphanedTransaction>> AllAsync(CancellationToken cancellationToken)
    {
        var account = signer.Address;
        var pending = await scopes.ReadAsync(db =>
            (
                from row in db.Transactions
                join app in db.Applications on row.ApplicationId equals app.Id
                join epoch in db.Epochs
                    on new { row.ApplicationId, Index = row.EpochIndex } equals new { epoch.ApplicationId, epoch.Index }
                where row.ChainId == chain.ChainId && row.Signer == account && row.State == TransactionState.Pending
                orderby row.Nonce
                select new
                {
                    row,
                    app.Name,
                    app.State,
                    app.ReasonKind,
                    epoch.Status,
                }
            ).ToListAsync(cancellationToken)
        );
        return
        [
            .. pending
                .Where(item => item.State != ApplicationState.Enabled || !item.row.Kind.IsWanted(item.Status))
                .Select(item => new OrphanedTransaction(
                    item.row,
                    item.Name,
                    item.ReasonKind == InoperableKind.Corrupted && item.row.Kind.TellsResult()
                )),
        ];
    }

    /// <summary>Whether there is one, not cancelled yet, whose result must not reach L1.</summary>
    public Task<bool> IsAnyWorthlessAsync(CancellationToken cancellationToken)
    {
        var account = signer.Address;
        return scopes.ReadAsync(db =>
            db.Transactions.AnyAsync(
                row =>
                    row.ChainId == chain.ChainId
                    && row.Signer == account
                    && row.State == TransactionState.Pending
                    && row.To != account
                    && (row.Kind == TransactionKind.SubmitClaim || row.Kind == TransactionKind.JoinTournament)
                    && db.Applications.Any(app => app.Id == row.ApplicationId && app.ReasonKind == InoperableKind.Corrupted),
                cancellationToken
            )
        );
    }
}
