using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Claimer;

/// <summary>Writes what the chain says about an epoch: guarded moves and their events in one transaction.</summary>
internal sealed class RecordClaims(IUnitOfWork unit, IDatabaseProvider database, ChainIdentity chain, TimeProvider clock)
{
    /// <summary>CLAIM_SUBMITTED; false when it was recorded before.</summary>
    public Task<bool> SubmittedAsync(Application application, Epoch epoch, Claim claim, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) => await database.LockApplicationAsync(scope.Db, application.Id, token) && await SubmitAsync(scope, application, epoch, claim, clock.GetUtcNow(), token),
            cancellationToken);

    /// <summary>CLAIM_ACCEPTED, through CLAIM_SUBMITTED where that was not recorded: an Authority accepts in the claim's own transaction.</summary>
    public Task<bool> AcceptedAsync(Application application, Epoch epoch, Claim accepted, Claim? submitted, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.LockApplicationAsync(scope.Db, application.Id, token))
                    return false;
                var now = clock.GetUtcNow();
                var from = epoch.Status;
                if (from == EpochStatus.ClaimCalculated && submitted is not null && await SubmitAsync(scope, application, epoch, submitted, now, token))
                    from = EpochStatus.ClaimSubmitted;
                var moved = await scope.Db.MoveEpochAsync(
                    application.Id, epoch.Index, from, EpochStatus.ClaimAccepted, now, set => set.SetProperty(row => row.AcceptanceTransactionHash, accepted.Log.TransactionHash), token);
                if (!moved)
                    return false;
                await CloseTransactionsAsync(scope.Db, application, epoch, now, token);
                await scope.Publish.Publish(
                    new EpochClaimAccepted
                    {
                        ChainId = chain.ChainId, Application = application.Address.ToString(), ApplicationName = application.Name, EpochIndex = epoch.Index,
                        OutputsMerkleRoot = accepted.OutputsMerkleRoot.ToString(), TransactionHash = accepted.Log.TransactionHash.ToString(), OccurredAt = now,
                    },
                    token);
                return true;
            },
            cancellationToken);

    /// <summary>CLAIM_REJECTED and the stop of the application, together.</summary>
    public Task<bool> RejectedAsync(Application application, Epoch epoch, Claim accepted, string reason, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.LockApplicationAsync(scope.Db, application.Id, token))
                    return false;
                var now = clock.GetUtcNow();
                if (await scope.Db.MoveEpochAsync(application.Id, epoch.Index, epoch.Status, EpochStatus.ClaimRejected, now, null, token))
                {
                    await CloseTransactionsAsync(scope.Db, application, epoch, now, token);
                    await scope.Publish.Publish(
                        new EpochClaimRejected
                        {
                            ChainId = chain.ChainId, Application = application.Address.ToString(), ApplicationName = application.Name, EpochIndex = epoch.Index,
                            OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(), AcceptedOutputsMerkleRoot = accepted.OutputsMerkleRoot.ToString(), Reason = reason, OccurredAt = now,
                        },
                        token);
                }

                return await scope.HaltAsync(application, chain, InoperableKind.Diverged, reason, now, token);
            },
            cancellationToken);

    /// <summary>Stops the application.</summary>
    public Task<bool> HaltedAsync(Application application, InoperableKind kind, string reason, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) =>
                await database.LockApplicationAsync(scope.Db, application.Id, token) && await scope.HaltAsync(application, chain, kind, reason, clock.GetUtcNow(), token),
            cancellationToken);

    private async Task<bool> SubmitAsync(IWorkScope scope, Application application, Epoch epoch, Claim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var transaction = claim.Log.TransactionHash;
        if (!await scope.Db.MoveEpochAsync(
            application.Id, epoch.Index, EpochStatus.ClaimCalculated, EpochStatus.ClaimSubmitted, now, set => set.SetProperty(row => row.ClaimTransactionHash, transaction), cancellationToken))
            return false;
        await CloseTransactionsAsync(scope.Db, application, epoch, now, cancellationToken);
        await scope.Publish.Publish(
            new EpochClaimSubmitted
            {
                ChainId = chain.ChainId, Application = application.Address.ToString(), ApplicationName = application.Name, EpochIndex = epoch.Index,
                OutputsMerkleRoot = claim.OutputsMerkleRoot.ToString(), TransactionHash = transaction.ToString(), OccurredAt = now,
            },
            cancellationToken);
        return true;
    }

    /// <summary>The epoch's claim is on chain: its transaction, if we have one, waits no longer.</summary>
    private static Task<int> CloseTransactionsAsync(RollupsDbContext db, Application application, Epoch epoch, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.ClaimTransactions
            .Where(transaction => transaction.ApplicationId == application.Id && transaction.EpochIndex == epoch.Index && transaction.State == ClaimTransactionState.Pending)
            .ExecuteUpdateAsync(set => set.SetProperty(transaction => transaction.State, ClaimTransactionState.Confirmed).SetProperty(transaction => transaction.UpdatedAt, now), cancellationToken);
}
