using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Testing;

/// <summary>
/// Moves without their events, which the node itself never makes: they set up a test's initial rows, or show what the database allows.
/// </summary>
public static class BareMoves
{
    /// <summary>Moves one epoch, and sets the stage's time; true if it was in <paramref name="from"/>.</summary>
    public static async Task<bool> MoveEpochAsync(
        this RollupsDbContext db,
        int applicationId,
        ulong epochIndex,
        EpochStatus from,
        EpochStatus to,
        DateTimeOffset at,
        Action<UpdateSettersBuilder<Epoch>>? also,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        return await db
                .Epochs.Where(epoch => epoch.ApplicationId == applicationId && epoch.Index == epochIndex && epoch.Status == from)
                .ExecuteUpdateAsync(
                    set =>
                    {
                        set.SetProperty(row => row.Status, to).SetProperty(row => row.UpdatedAt, at);
                        SetStageTime(set, to, at);
                        also?.Invoke(set);
                    },
                    cancellationToken
                ) == 1;
    }

    /// <summary>Moves a closed epoch as the Advancer does, with proofs of zeros; true if it was closed.</summary>
    public static Task<bool> FinishInputsAsync(
        this RollupsDbContext db,
        int applicationId,
        ulong epochIndex,
        Hash32 machine,
        Hash32 outputs,
        CancellationToken cancellationToken
    )
    {
        var proof = new byte[59 * 32];
        return db.MoveEpochAsync(
            applicationId,
            epochIndex,
            EpochStatus.Closed,
            EpochStatus.InputsProcessed,
            default,
            set =>
                set.SetProperty(row => row.MachineHash, machine)
                    .SetProperty(row => row.OutputsMerkleRoot, outputs)
                    .SetProperty(row => row.OutputsMerkleProof, proof)
                    .SetProperty(row => row.IflagsYBlock, machine)
                    .SetProperty(row => row.IflagsYProof, proof)
                    .SetProperty(row => row.TohostBlock, machine)
                    .SetProperty(row => row.TohostProof, proof),
            cancellationToken
        );
    }

    /// <summary>Reverts a provisional claim into a new round; true if the epoch was as loaded.</summary>
    public static async Task<bool> TakeClaimBackAsync(
        this RollupsDbContext db,
        Epoch loaded,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(loaded);
        var (applicationId, index, round, status) = (loaded.ApplicationId, loaded.Index, loaded.ClaimRound, loaded.Status);
        return await db
                .Epochs.Where(epoch =>
                    epoch.ApplicationId == applicationId && epoch.Index == index && epoch.Status == status && epoch.ClaimRound == round
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
                            .SetProperty(epoch => epoch.IsProvisional, false)
                            .SetProperty(epoch => epoch.UpdatedAt, at),
                    cancellationToken
                ) == 1;
    }

    /// <summary>Stops an enabled application; true if it was enabled.</summary>
    public static async Task<bool> HaltApplicationAsync(
        this RollupsDbContext db,
        int applicationId,
        InoperableKind kind,
        string reason,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        return await db
                .Applications.Where(app => app.Id == applicationId && app.State == ApplicationState.Enabled)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(app => app.State, ApplicationState.Inoperable)
                            .SetProperty(app => app.ReasonKind, kind)
                            .SetProperty(app => app.Reason, reason)
                            .SetProperty(app => app.UpdatedAt, at),
                    cancellationToken
                ) == 1;
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
