using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>Stores a new transaction before it is broadcast, unless the epoch or the nonce is taken.</summary>
internal sealed class StoreTransactions(
    IUnitOfWork unit,
    IDatabaseProvider database,
    ITransactionSigner signer,
    TransactionOptions options,
    ChainIdentity chain,
    TimeProvider clock
)
{
    /// <summary>
    /// The stored row; null when the epoch needs no transaction any more, has one or has had it, another replica has taken the nonce, or
    /// the turn is over.
    /// </summary>
    /// <param name="turn">The lease of the account.</param>
    /// <param name="request">What it is for.</param>
    /// <param name="draft">The signed transaction.</param>
    /// <param name="head">Number of the newest block.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public Task<L1Transaction?> StoreAsync(
        ILease turn,
        TransactionRequest request,
        SignedDraft draft,
        ulong head,
        CancellationToken cancellationToken
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                var db = scope.Db;
                if (
                    !await database.LockApplicationAsync(db, request.Application.Id, turn, token)
                    || !await IsWantedAsync(db, request, token)
                    || await IsTakenAsync(db, request, draft.Unsigned.Nonce, token)
                )
                    return null;
                var row = Row(request, draft, head);
                db.Add(row);
                await db.SaveChangesAsync(token);
                // As any later query returns it: a database keeps times less exactly.
                return await db.Transactions.AsNoTracking().SingleAsync(stored => stored.Id == row.Id, token);
            },
            cancellationToken
        );

    private async Task<bool> IsWantedAsync(RollupsDbContext db, TransactionRequest request, CancellationToken cancellationToken)
    {
        var (application, index) = (request.Application.Id, request.Epoch.Index);
        var state = await db.Applications.Where(app => app.Id == application).Select(app => app.State).SingleAsync(cancellationToken);
        return (
                state == ApplicationState.Enabled
                || (state == ApplicationState.Disabled && await MayEndAsync(db, request, cancellationToken))
            )
            && request.Kind.IsWanted(
                await db
                    .Epochs.Where(row => row.ApplicationId == application && row.Index == index)
                    .Select(row => row.Status)
                    .SingleAsync(cancellationToken)
            );
    }

    /// <summary>
    /// Whether it brings to its end what L1 has from a disabled application. The limit of reverted transactions would stop an enabled one
    /// as FAILED; here nothing more is sent.
    /// </summary>
    private async Task<bool> MayEndAsync(RollupsDbContext db, TransactionRequest request, CancellationToken cancellationToken)
    {
        var (application, index) = (request.Application.Id, request.Epoch.Index);
        return !request.Kind.CarriesResult()
            && await db.Transactions.CountAsync(
                row =>
                    row.ApplicationId == application
                    && row.EpochIndex == index
                    && row.Kind == request.Kind
                    && row.State == TransactionState.Reverted,
                cancellationToken
            ) < options.MaxReverted;
    }

    private async Task<bool> IsTakenAsync(
        RollupsDbContext db,
        TransactionRequest request,
        ulong nonce,
        CancellationToken cancellationToken
    )
    {
        var (application, index, account) = (request.Application.Id, request.Epoch.Index, signer.Address);
        // A node that lags has not seen the transaction whose receipt another one has, and passes the estimate again.
        var isMadeOnce = request.Kind.IsMadeOnce();
        return await db.Transactions.AnyAsync(
                row =>
                    row.ApplicationId == application
                    && row.EpochIndex == index
                    && (
                        row.State == TransactionState.Pending
                        || (isMadeOnce && row.Kind == request.Kind && row.State == TransactionState.Confirmed)
                    ),
                cancellationToken
            )
            || await db.Transactions.AnyAsync(
                row =>
                    row.ChainId == chain.ChainId && row.Signer == account && row.Nonce == nonce && row.State != TransactionState.Dropped,
                cancellationToken
            );
    }

    private L1Transaction Row(TransactionRequest request, SignedDraft draft, ulong head)
    {
        var now = clock.GetUtcNow();
        var (unsigned, signed) = draft;
        return new L1Transaction
        {
            ChainId = chain.ChainId,
            Signer = signer.Address,
            Nonce = unsigned.Nonce,
            Kind = request.Kind,
            ApplicationId = request.Application.Id,
            EpochIndex = request.Epoch.Index,
            To = unsigned.To,
            Value = (decimal)unsigned.Value,
            Data = unsigned.Data,
            GasLimit = unsigned.GasLimit,
            MaxFeePerGas = (ulong)unsigned.Fees.MaxFeePerGas,
            MaxPriorityFeePerGas = (ulong)unsigned.Fees.MaxPriorityFeePerGas,
            IsLegacy = unsigned.Fees.IsLegacy,
            TransactionHash = signed.Hash,
            SignedTransaction = signed.RawBytes,
            SentAtBlock = head,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }
}
