using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Transactions;

namespace Rollups.Claimer;

/// <summary>Records an epoch's state on the chain: guarded moves and their events in one transaction.</summary>
internal sealed class RecordClaims(
    IUnitOfWork unit,
    IDatabaseProvider database,
    TransactionEnds ends,
    ChainPolicy policy,
    TimeProvider clock
)
{
    /// <summary>CLAIM_SUBMITTED; false if it was recorded before.</summary>
    public Task<bool> SubmittedAsync(Application application, Epoch epoch, Claim claim, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) =>
                await database.LockApplicationAsync(scope.Db, application.Id, token)
                && await SubmitAsync(scope, application, epoch, claim, clock.GetUtcNow(), token),
            cancellationToken
        );

    /// <summary>
    /// CLAIM_ACCEPTED, through CLAIM_SUBMITTED if that was not recorded: an Authority accepts in the claim's own transaction.
    /// </summary>
    /// <param name="application">The application.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="accepted">Its ClaimAccepted.</param>
    /// <param name="submitted">The ClaimSubmitted that counts as ours, if any: a quorum may decide without us.</param>
    /// <param name="searchedTo">Block up to which claims need not be searched again.</param>
    /// <param name="cancellationToken">Cancels the unit.</param>
    public Task<bool> AcceptedAsync(
        Application application,
        Epoch epoch,
        Claim accepted,
        Claim? submitted,
        ulong searchedTo,
        CancellationToken cancellationToken
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.LockApplicationAsync(scope.Db, application.Id, token))
                    return false;
                var now = clock.GetUtcNow();
                var from = epoch.Status;
                if (
                    from == EpochStatus.ClaimCalculated
                    && submitted is not null
                    && await SubmitAsync(scope, application, epoch, submitted, now, token)
                )
                    from = EpochStatus.ClaimSubmitted;
                if (!await scope.Transitions.AcceptClaimAsync(application, epoch, from, Fact(accepted), now, token))
                    return false;
                await scope
                    .Db.Applications.Where(row => row.Id == application.Id && row.LastClaimCheckBlock < searchedTo)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(row => row.LastClaimCheckBlock, searchedTo).SetProperty(row => row.UpdatedAt, now),
                        token
                    );
                return true;
            },
            cancellationToken
        );

    /// <summary>CLAIM_REJECTED and the application's stop; false, with nothing written, if the epoch has moved meanwhile.</summary>
    public Task<bool> RejectedAsync(
        Application application,
        Epoch epoch,
        Claim accepted,
        string reason,
        CancellationToken cancellationToken
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
                await database.LockApplicationAsync(scope.Db, application.Id, token)
                && await scope.Transitions.RejectClaimAsync(
                    application,
                    epoch,
                    accepted.OutputsMerkleRoot,
                    InoperableKind.Diverged,
                    reason,
                    clock.GetUtcNow(),
                    token
                ),
            cancellationToken
        );

    /// <summary>Stops the application; false, with nothing written, if the epoch has moved since it was judged.</summary>
    /// <param name="application">The application.</param>
    /// <param name="epoch">The epoch of which L1 shows the cause, as loaded before L1 was read.</param>
    /// <param name="kind">Kind of fault.</param>
    /// <param name="reason">What happened, and what the operator can do.</param>
    /// <param name="cancellationToken">Cancels the unit.</param>
    public Task<bool> HaltedAsync(
        Application application,
        Epoch epoch,
        InoperableKind kind,
        string reason,
        CancellationToken cancellationToken
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
                await database.LockApplicationAsync(scope.Db, application.Id, token)
                && await scope.Transitions.HaltForEpochAsync(application, epoch, kind, reason, clock.GetUtcNow(), token),
            cancellationToken
        );

    private async Task<bool> SubmitAsync(
        IWorkScope scope,
        Application application,
        Epoch epoch,
        Claim claim,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (!await scope.Transitions.SubmitClaimAsync(application, epoch, Fact(claim), now, cancellationToken))
            return false;
        await ends.ConfirmAsync(scope, application, epoch, Fact(claim), cancellationToken);
        return true;
    }

    private L1Fact Fact(Claim claim) => L1Fact.Of(claim.Log, !policy.IsFinal);
}
