using Microsoft.EntityFrameworkCore.Query;
using Rollups.Contracts;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>The moves of an epoch's claim, each with its event in the unit's transaction. Whatever the consensus is, they say the same.</summary>
public static class ClaimMoves
{
    /// <summary>CLAIM_CALCULATED to CLAIM_SUBMITTED; false when the epoch was not in the former.</summary>
    /// <param name="scope">The unit.</param>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="chain">The chain that the event names.</param>
    /// <param name="transaction">L1 transaction that put the claim there.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task<bool> SubmitClaimAsync(
        this IWorkScope scope, Application application, Epoch epoch, ChainIdentity chain, Hash32 transaction, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!await MoveAsync(scope, application, epoch, EpochStatus.ClaimCalculated, EpochStatus.ClaimSubmitted, at, set => set.SetProperty(row => row.ClaimTransactionHash, transaction), cancellationToken))
            return false;
        await scope.Publish.Publish(
            new EpochClaimSubmitted
            {
                ChainId = chain.ChainId, Application = application.Address.ToString(), ApplicationName = application.Name, EpochIndex = epoch.Index,
                OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(), TransactionHash = transaction.ToString(), OccurredAt = at,
            },
            cancellationToken);
        return true;
    }

    /// <summary>To CLAIM_ACCEPTED; false when the epoch was not in <paramref name="from"/>.</summary>
    /// <param name="scope">The unit.</param>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="chain">The chain that the event names.</param>
    /// <param name="from">CLAIM_CALCULATED or CLAIM_SUBMITTED.</param>
    /// <param name="transaction">L1 transaction that accepted the claim.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task<bool> AcceptClaimAsync(
        this IWorkScope scope, Application application, Epoch epoch, ChainIdentity chain, EpochStatus from, Hash32 transaction, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!await MoveAsync(scope, application, epoch, from, EpochStatus.ClaimAccepted, at, set => set.SetProperty(row => row.AcceptanceTransactionHash, transaction), cancellationToken))
            return false;
        await scope.Publish.Publish(
            new EpochClaimAccepted
            {
                ChainId = chain.ChainId, Application = application.Address.ToString(), ApplicationName = application.Name, EpochIndex = epoch.Index,
                OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(), TransactionHash = transaction.ToString(), OccurredAt = at,
            },
            cancellationToken);
        return true;
    }

    /// <summary>To CLAIM_REJECTED, and the stop of the application, each announced; false when neither was to be done.</summary>
    /// <param name="scope">The unit.</param>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="chain">The chain that the events name.</param>
    /// <param name="accepted">The outputs root that L1 accepted; null where it accepted none, or names none.</param>
    /// <param name="kind">DIVERGED, or L1_STUCK where L1 can accept nothing any more.</param>
    /// <param name="reason">Category, both values, and what the operator can do.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task<bool> RejectClaimAsync(
        this IWorkScope scope, Application application, Epoch epoch, ChainIdentity chain, Hash32? accepted, InoperableKind kind, string reason, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await MoveAsync(scope, application, epoch, epoch.Status, EpochStatus.ClaimRejected, at, null, cancellationToken))
        {
            await scope.Publish.Publish(
                new EpochClaimRejected
                {
                    ChainId = chain.ChainId, Application = application.Address.ToString(), ApplicationName = application.Name, EpochIndex = epoch.Index,
                    OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(), AcceptedOutputsMerkleRoot = accepted?.ToString(), Reason = reason, OccurredAt = at,
                },
                cancellationToken);
        }

        return await scope.HaltAsync(application, chain, kind, reason, at, cancellationToken);
    }

    private static Task<bool> MoveAsync(
        IWorkScope scope, Application application, Epoch epoch, EpochStatus from, EpochStatus to, DateTimeOffset at, Action<UpdateSettersBuilder<Epoch>>? also, CancellationToken cancellationToken) =>
        scope.Db.MoveEpochAsync(application.Id, epoch.Index, from, to, at, also, cancellationToken);
}
