using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>The transactions that the node decided to send. A pending row is, or may be, in a pool.</summary>
internal sealed class StoredTransactions(
    IServiceScopeFactory scopes,
    IUnitOfWork unit,
    IDatabaseProvider database,
    ChainIdentity chain,
    TimeProvider clock
)
{
    /// <summary>The epoch's pending transaction, or null.</summary>
    public Task<L1Transaction?> PendingOfAsync(Application application, Epoch epoch, CancellationToken cancellationToken) =>
        ReadAsync(db =>
            db.Transactions.SingleOrDefaultAsync(
                row => row.ApplicationId == application.Id && row.EpochIndex == epoch.Index && row.State == TransactionState.Pending,
                cancellationToken
            )
        );

    /// <summary>
    /// The account's pending transactions that no service follows any more, because their epoch has moved past them or their application
    /// stopped, with the applications' names. Their nonces must still be used up, or everything behind them waits for ever.
    /// </summary>
    public async Task<List<OrphanedTransaction>> OrphansAsync(Address signer, CancellationToken cancellationToken)
    {
        var pending = await ReadAsync(db =>
            (
                from row in db.Transactions
                join app in db.Applications on row.ApplicationId equals app.Id
                join epoch in db.Epochs
                    on new { row.ApplicationId, Index = row.EpochIndex } equals new { epoch.ApplicationId, epoch.Index }
                where row.ChainId == chain.ChainId && row.Signer == signer && row.State == TransactionState.Pending
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

    /// <summary>Whether the account has a pending transaction, not cancelled yet, whose result must not reach L1.</summary>
    public Task<bool> IsAnyWorthlessAsync(Address signer, CancellationToken cancellationToken) =>
        ReadAsync(db =>
            db.Transactions.AnyAsync(
                row =>
                    row.ChainId == chain.ChainId
                    && row.Signer == signer
                    && row.State == TransactionState.Pending
                    && row.To != signer
                    && (row.Kind == TransactionKind.SubmitClaim || row.Kind == TransactionKind.JoinTournament)
                    && db.Applications.Any(app => app.Id == row.ApplicationId && app.ReasonKind == InoperableKind.Corrupted),
                cancellationToken
            )
        );

    /// <summary>
    /// Hashes of all versions of the account's transactions known to be mined, with that nonce or a later one.
    /// </summary>
    public Task<List<Hash32>> SettledFromAsync(Address signer, ulong nonce, CancellationToken cancellationToken) =>
        ReadAsync(db =>
        {
            var settled = db.Transactions.Where(row =>
                row.ChainId == chain.ChainId
                && row.Signer == signer
                && row.Nonce >= nonce
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
    /// <param name="signer">The account.</param>
    /// <param name="counted">Its transaction count, including the pool.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public Task<ulong?> NextNonceAsync(ILease turn, Address signer, ulong counted, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.HoldLeaseAsync(scope.Db, turn, token))
                    return (ulong?)null;
                var own = scope.Db.Transactions.Where(row => row.ChainId == chain.ChainId && row.Signer == signer);
                await DropTakenBackAsync(own, counted, token);
                // The lowest that none of ours has: a gap left by a reorganisation would block everything behind it.
                var taken = await own.Where(row => row.State == TransactionState.Pending && row.Nonce >= counted)
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
    /// <param name="signer">The account.</param>
    /// <param name="counted">Its transaction count in blocks, from an endpoint that does not lag.</param>
    /// <param name="end">The nonce after the last.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public Task<bool?> IsAnyPendingAsync(ILease turn, Address signer, ulong counted, ulong end, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.HoldLeaseAsync(scope.Db, turn, token))
                    return (bool?)null;
                var own = scope.Db.Transactions.Where(row => row.ChainId == chain.ChainId && row.Signer == signer);
                await DropTakenBackAsync(own, counted, token);
                return await own.AnyAsync(row => row.State == TransactionState.Pending && row.Nonce >= counted && row.Nonce < end, token);
            },
            cancellationToken
        );

    /// <summary>Hashes of the earlier versions of a transaction, the newest first.</summary>
    public Task<List<Hash32>> ReplacedAsync(L1Transaction transaction, CancellationToken cancellationToken) =>
        ReadAsync(db =>
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
    public Task<L1Transaction?> ReplaceAsync(
        ILease turn,
        L1Transaction old,
        UnsignedTransaction next,
        SignedTransaction version,
        ulong head,
        CancellationToken cancellationToken
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.HoldLeaseAsync(scope.Db, turn, token))
                    return null;
                var now = clock.GetUtcNow();
                var rows = scope.Db.Transactions.Where(row => row.Id == old.Id);
                var changed = await rows.Where(row => row.State == TransactionState.Pending && row.TransactionHash == old.TransactionHash)
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(row => row.TransactionHash, version.Hash)
                                .SetProperty(row => row.SignedTransaction, version.RawBytes)
                                .SetProperty(row => row.To, next.To)
                                .SetProperty(row => row.Value, (decimal)next.Value)
                                .SetProperty(row => row.Data, next.Data)
                                .SetProperty(row => row.GasLimit, next.GasLimit)
                                .SetProperty(row => row.MaxFeePerGas, (ulong)next.Fees.MaxFeePerGas)
                                .SetProperty(row => row.MaxPriorityFeePerGas, (ulong)next.Fees.MaxPriorityFeePerGas)
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

    /// <summary>
    /// Stores a transaction before it is broadcast; false when the epoch needs none any more, has one or has had it, another replica has
    /// taken the nonce, or the turn is over.
    /// </summary>
    public Task<bool> StoreAsync(
        ILease turn,
        TransactionRequest request,
        Address signer,
        UnsignedTransaction unsigned,
        SignedTransaction transaction,
        ulong head,
        CancellationToken cancellationToken
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                var (application, index) = (request.Application.Id, request.Epoch.Index);
                // A node that lags has not seen what another one has told the receipt of, and lets it be estimated again.
                var isMadeOnce = request.Kind.IsMadeOnce();
                if (
                    !await database.LockApplicationAsync(scope.Db, application, turn, token)
                    || !await scope.Db.Applications.AnyAsync(app => app.Id == application && app.State == ApplicationState.Enabled, token)
                    || !request.Kind.IsWanted(
                        await scope
                            .Db.Epochs.Where(row => row.ApplicationId == application && row.Index == index)
                            .Select(row => row.Status)
                            .SingleAsync(token)
                    )
                    || await scope.Db.Transactions.AnyAsync(
                        row =>
                            row.ApplicationId == application
                            && row.EpochIndex == index
                            && (
                                row.State == TransactionState.Pending
                                || (isMadeOnce && row.Kind == request.Kind && row.State == TransactionState.Confirmed)
                            ),
                        token
                    )
                    || await scope.Db.Transactions.AnyAsync(
                        row =>
                            row.ChainId == chain.ChainId
                            && row.Signer == signer
                            && row.Nonce == unsigned.Nonce
                            && row.State != TransactionState.Dropped,
                        token
                    )
                )
                    return false;
                var now = clock.GetUtcNow();
                scope.Db.Add(
                    new L1Transaction
                    {
                        ChainId = chain.ChainId,
                        Signer = signer,
                        Nonce = unsigned.Nonce,
                        Kind = request.Kind,
                        ApplicationId = application,
                        EpochIndex = index,
                        To = unsigned.To,
                        Value = (decimal)unsigned.Value,
                        Data = unsigned.Data,
                        GasLimit = unsigned.GasLimit,
                        MaxFeePerGas = (ulong)unsigned.Fees.MaxFeePerGas,
                        MaxPriorityFeePerGas = (ulong)unsigned.Fees.MaxPriorityFeePerGas,
                        IsLegacy = unsigned.Fees.IsLegacy,
                        TransactionHash = transaction.Hash,
                        SignedTransaction = transaction.RawBytes,
                        SentAtBlock = head,
                        CreatedAt = now,
                        UpdatedAt = now,
                    }
                );
                return true;
            },
            cancellationToken
        );

    /// <summary>Writes how a pending transaction ended.</summary>
    public Task<int> CloseAsync(L1Transaction transaction, TransactionState state, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            (scope, token) =>
                Close(scope.Db.Transactions.Where(row => row.Id == transaction.Id && row.State == TransactionState.Pending), state, token),
            cancellationToken
        );

    /// <summary>How many of the epoch's transactions of that kind were mined and reverted.</summary>
    public Task<int> RevertedAsync(L1Transaction of, CancellationToken cancellationToken) =>
        ReadAsync(db =>
            db.Transactions.CountAsync(
                row =>
                    row.ApplicationId == of.ApplicationId
                    && row.EpochIndex == of.EpochIndex
                    && row.Kind == of.Kind
                    && row.State == TransactionState.Reverted,
                cancellationToken
            )
        );

    /// <summary>Settled, and yet the chain does not know the nonce as used: a reorganisation took the transaction back.</summary>
    private Task<int> DropTakenBackAsync(IQueryable<L1Transaction> own, ulong counted, CancellationToken cancellationToken) =>
        Close(
            own.Where(row => row.State != TransactionState.Pending && row.State != TransactionState.Dropped && row.Nonce >= counted),
            TransactionState.Dropped,
            cancellationToken
        );

    private Task<int> Close(IQueryable<L1Transaction> rows, TransactionState state, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return rows.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, state).SetProperty(row => row.UpdatedAt, now),
            cancellationToken
        );
    }

    private async Task<TResult> ReadAsync<TResult>(Func<RollupsDbContext, Task<TResult>> read)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await read(db);
    }
}
