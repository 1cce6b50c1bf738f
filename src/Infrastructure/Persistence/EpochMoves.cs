using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Rollups.Persistence;

/// <summary>The guarded status moves: compare-and-set on the expected old status. The database's triggers refuse what is not in the table of legal moves.</summary>
public static class EpochMoves
{
    /// <summary>Moves one epoch; true when it was in <paramref name="from"/> and is now in <paramref name="to"/>. Sets the stage's time.</summary>
    /// <param name="db">Context with an open transaction, in which everything that belongs to the move is written.</param>
    /// <param name="applicationId">Owner.</param>
    /// <param name="epochIndex">Epoch.</param>
    /// <param name="from">Expected status; anything else leaves the row alone.</param>
    /// <param name="to">New status.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="also">Columns that change with it.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static async Task<bool> MoveEpochAsync(
        this RollupsDbContext db, int applicationId, ulong epochIndex, EpochStatus from, EpochStatus to, DateTimeOffset at,
        Action<UpdateSettersBuilder<Epoch>>? also, CancellationToken cancellationToken)
    {
        var rows = await db.Epochs
            .Where(epoch => epoch.ApplicationId == applicationId && epoch.Index == epochIndex && epoch.Status == from)
            .ExecuteUpdateAsync(
                set =>
                {
                    set.SetProperty(epoch => epoch.Status, to).SetProperty(epoch => epoch.UpdatedAt, at);
                    SetStageTime(set, to, at);
                    also?.Invoke(set);
                },
                cancellationToken);
        return rows == 1;
    }

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
