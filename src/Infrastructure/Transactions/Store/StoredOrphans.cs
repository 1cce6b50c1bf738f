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
                    app.ConsensusType,
                    app.ReasonKind,
                    app.Reason,
                    epoch.Status,
                }
            ).ToListAsync(cancellationToken)
        );
        return
        [
            .. pending
                .Where(item => !IsPolled(item.State, item.ConsensusType) || !item.row.Kind.IsWanted(item.Status))
                .Select(item => new OrphanedTransaction(
                    item.row,
                    item.Name,
                    item.ReasonKind == InoperableKind.Corrupted && item.row.Kind.CarriesResult() ? item.Reason ?? "" : null
                )),
        ];
    }

    /// <summary>
    /// Those that must not wait for the account's next transaction: the result must not reach L1 and is not cancelled yet, or an operator
    /// has disabled or removes the application, which may have been the only one.
    /// </summary>
    public async Task<IReadOnlyList<UrgentOrphan>> UrgentAsync(CancellationToken cancellationToken)
    {
        var account = signer.Address;
        return await scopes.ReadAsync(db =>
            (
                from row in db.Transactions
                join app in db.Applications on row.ApplicationId equals app.Id
                where
                    row.ChainId == chain.ChainId
                    && row.Signer == account
                    && row.State == TransactionState.Pending
                    && (
                        app.State == ApplicationState.Removing
                        || (app.State == ApplicationState.Disabled && app.ConsensusType != ConsensusType.Prt)
                        || (
                            app.ReasonKind == InoperableKind.Corrupted
                            && row.To != account
                            && (row.Kind == TransactionKind.SubmitClaim || row.Kind == TransactionKind.JoinTournament)
                        )
                    )
                select new UrgentOrphan(row.TransactionHash, app.ReasonKind == InoperableKind.Corrupted)
            ).ToListAsync(cancellationToken)
        );
    }

    /// <summary>Whether its service polls its transactions. A disabled one still plays the tournaments that it has joined.</summary>
    private static bool IsPolled(ApplicationState state, ConsensusType consensus) =>
        state == ApplicationState.Enabled || (state == ApplicationState.Disabled && consensus == ConsensusType.Prt);
}
