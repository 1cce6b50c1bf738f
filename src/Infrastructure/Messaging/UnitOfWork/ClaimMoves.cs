using Rollups.Contracts;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>What L1 said in a transaction.</summary>
/// <param name="Transaction">The transaction.</param>
/// <param name="BlockNumber">Its block.</param>
/// <param name="BlockHash">Hash of that block.</param>
/// <param name="IsProvisional">Whether that block can still be replaced.</param>
public readonly record struct L1Fact(Hash32 Transaction, ulong BlockNumber, Hash32 BlockHash, bool IsProvisional)
{
    /// <summary>What a log says.</summary>
    /// <param name="log">The log.</param>
    /// <param name="isProvisional">Whether its block can still be replaced.</param>
    public static L1Fact Of(LogEntry log, bool isProvisional) => new(log.TransactionHash, log.BlockNumber, log.BlockHash, isProvisional);
}

/// <summary>
/// The moves of an epoch's claim, each with its event in the unit's transaction. Whatever the consensus is, they say the same.
/// </summary>
public static class ClaimMoves
{
    /// <summary>CLAIM_CALCULATED to CLAIM_SUBMITTED; false when the epoch was not in the former.</summary>
    /// <param name="scope">The unit.</param>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="chain">The chain that the event names.</param>
    /// <param name="fact">L1 transaction that put the claim there, and its block.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task<bool> SubmitClaimAsync(
        this IWorkScope scope,
        Application application,
        Epoch epoch,
        ChainIdentity chain,
        L1Fact fact,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        if (
            !await scope.Db.MoveClaimAsync(
                epoch,
                EpochStatus.ClaimCalculated,
                EpochStatus.ClaimSubmitted,
                at,
                set =>
                    set.SetProperty(row => row.ClaimTransactionHash, fact.Transaction)
                        .SetProperty(row => row.ClaimBlockNumber, fact.BlockNumber)
                        .SetProperty(row => row.ClaimBlockHash, fact.BlockHash)
                        .SetProperty(row => row.IsProvisional, row => row.IsProvisional || fact.IsProvisional),
                cancellationToken
            )
        )
            return false;
        await scope.Publish.Publish(
            new EpochClaimSubmitted
            {
                ChainId = chain.ChainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                EpochIndex = epoch.Index,
                OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(),
                TransactionHash = fact.Transaction.ToString(),
                Round = epoch.ClaimRound,
                OccurredAt = at,
            },
            cancellationToken
        );
        return true;
    }

    /// <summary>
    /// From CLAIM_SUBMITTED or CLAIM_ACCEPTED back to CLAIM_CALCULATED, in a new round, because L1 has another block where it said so;
    /// false when the epoch was in another status or round meanwhile, or is final.
    /// </summary>
    /// <param name="scope">The unit.</param>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="chain">The chain that the event names.</param>
    /// <param name="gone">The lowest of its blocks that is gone.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task<bool> TakeClaimBackAsync(
        this IWorkScope scope,
        Application application,
        Epoch epoch,
        ChainIdentity chain,
        ReadBlock gone,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        if (!await scope.Db.TakeClaimBackAsync(epoch, at, cancellationToken))
            return false;
        await scope.Publish.Publish(
            new EpochClaimReverted
            {
                ChainId = chain.ChainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                EpochIndex = epoch.Index,
                OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(),
                Stage = epoch.Status == EpochStatus.ClaimAccepted ? "accepted" : "submitted",
                BlockNumber = gone.Number,
                BlockHash = gone.Hash.ToString(),
                Round = epoch.ClaimRound + 1,
                OccurredAt = at,
            },
            cancellationToken
        );
        return true;
    }

    /// <summary>To CLAIM_ACCEPTED; false when the epoch was not in <paramref name="from"/>.</summary>
    /// <param name="scope">The unit.</param>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="chain">The chain that the event names.</param>
    /// <param name="from">CLAIM_CALCULATED or CLAIM_SUBMITTED.</param>
    /// <param name="fact">L1 transaction that accepted the claim, and its block.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task<bool> AcceptClaimAsync(
        this IWorkScope scope,
        Application application,
        Epoch epoch,
        ChainIdentity chain,
        EpochStatus from,
        L1Fact fact,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        if (
            !await scope.Db.MoveClaimAsync(
                epoch,
                from,
                EpochStatus.ClaimAccepted,
                at,
                set =>
                    set.SetProperty(row => row.AcceptanceTransactionHash, fact.Transaction)
                        .SetProperty(row => row.AcceptanceBlockNumber, fact.BlockNumber)
                        .SetProperty(row => row.AcceptanceBlockHash, fact.BlockHash)
                        .SetProperty(row => row.IsProvisional, row => row.IsProvisional || fact.IsProvisional),
                cancellationToken
            )
        )
            return false;
        await scope.Publish.Publish(
            new EpochClaimAccepted
            {
                ChainId = chain.ChainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                EpochIndex = epoch.Index,
                OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(),
                TransactionHash = fact.Transaction.ToString(),
                Round = epoch.ClaimRound,
                OccurredAt = at,
            },
            cancellationToken
        );
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
        this IWorkScope scope,
        Application application,
        Epoch epoch,
        ChainIdentity chain,
        Hash32? accepted,
        InoperableKind kind,
        string reason,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        // The application is lost with it, so nothing of it is watched any more.
        if (
            await scope.Db.MoveClaimAsync(
                epoch,
                epoch.Status,
                EpochStatus.ClaimRejected,
                at,
                set => set.SetProperty(row => row.IsProvisional, false),
                cancellationToken
            )
        )
        {
            await scope.Publish.Publish(
                new EpochClaimRejected
                {
                    ChainId = chain.ChainId,
                    Application = application.Address.ToString(),
                    ApplicationName = application.Name,
                    EpochIndex = epoch.Index,
                    OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(),
                    AcceptedOutputsMerkleRoot = accepted?.ToString(),
                    Reason = reason,
                    Round = epoch.ClaimRound,
                    OccurredAt = at,
                },
                cancellationToken
            );
        }

        return await scope.HaltAsync(application, chain, kind, reason, at, cancellationToken);
    }
}
