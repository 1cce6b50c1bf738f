using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>An epoch's stored transactions. A pending row is, or may be, in a pool.</summary>
internal sealed class StoredTransactions(IServiceScopeFactory scopes)
{
    /// <summary>The epoch's pending transaction, or null.</summary>
    public Task<L1Transaction?> PendingOfAsync(Application application, Epoch epoch, CancellationToken cancellationToken) =>
        scopes.ReadAsync(db =>
            db.Transactions.SingleOrDefaultAsync(
                row => row.ApplicationId == application.Id && row.EpochIndex == epoch.Index && row.State == TransactionState.Pending,
                cancellationToken
            )
        );

    /// <summary>How many of the epoch's transactions of that kind were mined and reverted.</summary>
    public Task<int> RevertedAsync(L1Transaction of, CancellationToken cancellationToken) =>
        scopes.ReadAsync(db =>
            db.Transactions.CountAsync(
                row =>
                    row.ApplicationId == of.ApplicationId
                    && row.EpochIndex == of.EpochIndex
                    && row.Kind == of.Kind
                    && row.State == TransactionState.Reverted,
                cancellationToken
            )
        );
}
