using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Ethereum;

namespace Rollups.Persistence;

/// <summary>
/// The guarded status moves: compare-and-set on the expected old status. The database's triggers refuse what is not in the table of legal
/// moves.
/// </summary>
public static class EpochMoves
{
    /// <summary>
    /// Moves one epoch; true when it was in <paramref name="from"/> and is now in <paramref name="to"/>. Sets the stage's time.
    /// </summary>
    /// <param name="db">Context with an open transaction, in which everything that belongs to the move is written.</param>
    /// <param name="applicationId">Owner.</param>
    /// <param name="epochIndex">Epoch.</param>
    /// <param name="from">Expected status; anything else leaves the row alone.</param>
    /// <param name="to">New status.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="also">Columns that change with it.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static Task<bool> MoveEpochAsync(
        this RollupsDbContext db,
        int applicationId,
        ulong epochIndex,
        EpochStatus from,
        EpochStatus to,
        DateTimeOffset at,
        Action<UpdateSettersBuilder<Epoch>>? also,
        CancellationToken cancellationToken
    ) =>
        MoveAsync(
            db.Epochs.Where(epoch => epoch.ApplicationId == applicationId && epoch.Index == epochIndex && epoch.Status == from),
            to,
            at,
            also,
            cancellationToken
        );

    /// <summary>
    /// The same of a claim: false also where it was taken back since the epoch was loaded, because what was seen of it then holds no
    /// longer.
    /// </summary>
    /// <param name="db">Context with an open transaction, in which everything that belongs to the move is written.</param>
    /// <param name="loaded">The epoch, as loaded.</param>
    /// <param name="from">Expected status; anything else leaves the row alone.</param>
    /// <param name="to">New status.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="also">Columns that change with it.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static Task<bool> MoveClaimAsync(
        this RollupsDbContext db,
        Epoch loaded,
        EpochStatus from,
        EpochStatus to,
        DateTimeOffset at,
        Action<UpdateSettersBuilder<Epoch>>? also,
        CancellationToken cancellationToken
    )
    {
        var (applicationId, index, round) = (loaded.ApplicationId, loaded.Index, loaded.ClaimRound);
        return MoveAsync(
            db.Epochs.Where(epoch =>
                epoch.ApplicationId == applicationId && epoch.Index == index && epoch.Status == from && epoch.ClaimRound == round
            ),
            to,
            at,
            also,
            cancellationToken
        );
    }

    /// <summary>
    /// Takes a claim back whose block, or whose acceptance's block, L1 has replaced: the epoch is CLAIM_CALCULATED again, in a new round.
    /// False where it was in another status or round, or is final.
    /// </summary>
    /// <param name="db">Context with an open transaction, in which everything that belongs to the move is written.</param>
    /// <param name="loaded">The epoch, as loaded: CLAIM_SUBMITTED or CLAIM_ACCEPTED.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static async Task<bool> TakeClaimBackAsync(
        this RollupsDbContext db,
        Epoch loaded,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var (applicationId, index, round, status) = (loaded.ApplicationId, loaded.Index, loaded.ClaimRound, loaded.Status);
        // A settlement in a block that still stands is kept; whether that is final is asked anew.
        return await db
                .Epochs.Where(epoch =>
                    epoch.ApplicationId == applicationId
                    && epoch.Index == index
                    && epoch.Status == status
                    && epoch.ClaimRound == round
                    && epoch.IsProvisional
                )
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(epoch => epoch.Status, EpochStatus.ClaimCalculated)
                            .SetProperty(epoch => epoch.ClaimRound, round + 1)
                            .SetProperty(epoch => epoch.ClaimRevertedAt, at)
                            .SetProperty(epoch => epoch.ClaimTransactionHash, (Hash32?)null)
                            .SetProperty(epoch => epoch.ClaimBlockNumber, (ulong?)null)
                            .SetProperty(epoch => epoch.ClaimBlockHash, (Hash32?)null)
                            .SetProperty(epoch => epoch.ClaimSubmittedAt, (DateTimeOffset?)null)
                            .SetProperty(epoch => epoch.AcceptanceTransactionHash, (Hash32?)null)
                            .SetProperty(epoch => epoch.AcceptanceBlockNumber, (ulong?)null)
                            .SetProperty(epoch => epoch.AcceptanceBlockHash, (Hash32?)null)
                            .SetProperty(epoch => epoch.ClaimSettledAt, (DateTimeOffset?)null)
                            .SetProperty(epoch => epoch.IsProvisional, epoch => epoch.SettlementBlockNumber != null)
                            .SetProperty(epoch => epoch.UpdatedAt, at),
                    cancellationToken
                ) == 1;
    }

    private static async Task<bool> MoveAsync(
        IQueryable<Epoch> epoch,
        EpochStatus to,
        DateTimeOffset at,
        Action<UpdateSettersBuilder<Epoch>>? also,
        CancellationToken cancellationToken
    ) =>
        await epoch.ExecuteUpdateAsync(
            set =>
            {
                set.SetProperty(row => row.Status, to).SetProperty(row => row.UpdatedAt, at);
                SetStageTime(set, to, at);
                also?.Invoke(set);
            },
            cancellationToken
        ) == 1;

    private static void SetStageTime(UpdateSettersBuilder<Epoch> set, EpochStatus to, DateTimeOffset at)
    {
        _ = to switch
        {
            EpochStatus.Closed => set.SetProperty(epoch => epoch.ClosedAt, at),
            EpochStatus.InputsProcessed => set.SetProperty(epoch => epoch.InputsProcessedAt, at),
            EpochStatus.ClaimCalculated => set.SetProperty(epoch => epoch.ClaimCalculatedAt, at),
            EpochStatus.ClaimSubmitted => set.SetProperty(epoch => epoch.ClaimSubmittedAt, at),
            EpochStatus.ClaimAccepted or EpochStatus.ClaimRejected => set.SetProperty(epoch => epoch.ClaimSettledAt, at),
            _ => set,
        };
    }
}
