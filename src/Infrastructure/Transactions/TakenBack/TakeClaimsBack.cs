using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// Reverts what was recorded of an application's epochs from blocks that L1 has replaced, in one unit. The claims are then searched for,
/// and sent if L1 lacks them, like those of any epoch that is CLAIM_CALCULATED.
/// </summary>
public sealed partial class TakeClaimsBack(
    IUnitOfWork unit,
    IDatabaseProvider database,
    TimeProvider clock,
    ILogger<TakeClaimsBack> logger
)
{
    private static readonly Counter<long> Reverted = Telemetry.Meter.CreateCounter<long>(
        "rollups.claim.reverted",
        "{claim}",
        "Claims that L1 took back with their block, by application and by how far they were: submitted or accepted"
    );

    /// <summary>The application's address; null if there was nothing left to do.</summary>
    /// <param name="applicationId">Internal key.</param>
    /// <param name="epochs">Its epochs with a block that is gone.</param>
    /// <param name="gone">Blocks that are gone.</param>
    /// <param name="cancellationToken">Cancels the unit.</param>
    public async Task<Address?> RunAsync(
        int applicationId,
        IReadOnlyCollection<ulong> epochs,
        IReadOnlySet<ReadBlock> gone,
        CancellationToken cancellationToken
    )
    {
        var (app, taken) = await unit.ExecuteAsync(
            (scope, token) => WriteAsync(scope, applicationId, epochs, gone, token),
            cancellationToken
        );
        foreach (var (epoch, block) in taken)
        {
            var stage = epoch.Status == EpochStatus.ClaimAccepted ? "accepted" : "submitted";
            Reverted.Add(1, new("application", app!.Name), new("stage", stage));
            LogTakenBack(logger, app.Name, block.Number, block.Hash, epoch.Index, stage, epoch.ClaimRound + 1);
        }

        return app?.Address;
    }

    private async Task<(Application? Application, List<(Epoch Epoch, ReadBlock Gone)> Taken)> WriteAsync(
        IWorkScope scope,
        int applicationId,
        IReadOnlyCollection<ulong> indexes,
        IReadOnlySet<ReadBlock> gone,
        CancellationToken cancellationToken
    )
    {
        var taken = new List<(Epoch, ReadBlock)>();
        var db = scope.Db;
        if (!await database.LockApplicationAsync(db, applicationId, cancellationToken))
            return (null, taken);
        var app = await db.Applications.AsNoTracking().SingleAsync(row => row.Id == applicationId, cancellationToken);
        var epochs = await db
            .Epochs.AsNoTracking()
            .Where(row => row.ApplicationId == applicationId && row.IsProvisional && indexes.Contains(row.Index))
            .OrderBy(row => row.Index)
            .ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        foreach (var epoch in epochs)
        {
            var isClaimGone = IsGone(epoch.ClaimBlockNumber, epoch.ClaimBlockHash);
            var isSettlementGone = IsGone(epoch.SettlementBlockNumber, epoch.SettlementBlockHash);
            var isAcceptanceGone =
                IsGone(epoch.AcceptanceBlockNumber, epoch.AcceptanceBlockHash)
                || (isSettlementGone && epoch.Status == EpochStatus.ClaimAccepted);
            if (
                (isClaimGone || isAcceptanceGone)
                && await scope.Transitions.RevertClaimAsync(app, epoch, Lowest(epoch, gone), now, cancellationToken)
            )
            {
                await ReopenAsync(db, epoch, isClaimGone, isSettlementGone, now, cancellationToken);
                taken.Add((epoch, Lowest(epoch, gone)));
            }

            if (isSettlementGone)
                await ClearSettlementAsync(db, epoch, now, cancellationToken);
        }

        if (taken.Count > 0)
            await LookAgainAsync(db, app, taken[0].Item1, now, cancellationToken);
        return (app, taken);

        bool IsGone(ulong? number, Hash32? hash) => WatchedEpoch.Block(number, hash) is { } block && gone.Contains(block);
    }

    /// <summary>
    /// Rereads everything since the oldest of them: the contents of a replacing block are not known.
    /// </summary>
    private static async Task LookAgainAsync(
        RollupsDbContext db,
        Application app,
        Epoch oldest,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        // It cannot have been claimed before its own last block.
        await db
            .Applications.Where(row => row.Id == app.Id && row.LastClaimCheckBlock > oldest.LastBlock)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LastClaimCheckBlock, oldest.LastBlock).SetProperty(row => row.UpdatedAt, now),
                cancellationToken
            );
        // A tournament's rows, with the commitments and matches below it, are L1 facts of blocks that may be gone too.
        await db
            .Tournaments.Where(row => row.ApplicationId == app.Id && row.EpochIndex >= oldest.Index)
            .ExecuteDeleteAsync(cancellationToken);
    }

    private static Task<int> ClearSettlementAsync(
        RollupsDbContext db,
        Epoch epoch,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        db
            .Epochs.Where(row =>
                row.ApplicationId == epoch.ApplicationId
                && row.Index == epoch.Index
                && row.SettlementBlockHash == epoch.SettlementBlockHash
            )
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.SettledMachineHash, (Hash32?)null)
                        .SetProperty(row => row.SettledOutputsMerkleRoot, (Hash32?)null)
                        .SetProperty(row => row.SettlementTransactionHash, (Hash32?)null)
                        .SetProperty(row => row.SettlementBlockNumber, (ulong?)null)
                        .SetProperty(row => row.SettlementBlockHash, (Hash32?)null)
                        .SetProperty(row => row.IsProvisional, row => row.ClaimBlockNumber != null)
                        .SetProperty(row => row.UpdatedAt, now),
                cancellationToken
            );

    /// <summary>
    /// Makes our transaction that went with the block pending again: its bytes are valid while its nonce is free, and its outcome is
    /// found like that of any pending one. One per epoch at a time; of two, the later one is worthless before the earlier is mined.
    /// </summary>
    private static async Task ReopenAsync(
        RollupsDbContext db,
        Epoch epoch,
        bool isClaimGone,
        bool isSettlementGone,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var own = db.Transactions.Where(row => row.ApplicationId == epoch.ApplicationId && row.EpochIndex == epoch.Index);
        TransactionKind[] kinds =
        [
            .. isClaimGone ? [TransactionKind.SubmitClaim, TransactionKind.JoinTournament] : Array.Empty<TransactionKind>(),
            .. isSettlementGone ? [TransactionKind.Settle] : Array.Empty<TransactionKind>(),
        ];
        var mined = await own.AsNoTracking()
            .Where(row => row.State == TransactionState.Confirmed && kinds.Contains(row.Kind))
            .OrderBy(row => row.Nonce)
            .Select(row => row.Id)
            .ToListAsync(cancellationToken);
        var isAnyPending = await own.AnyAsync(row => row.State == TransactionState.Pending, cancellationToken);
        // One whose block went before it was confirmed: another version of the row, so that its bytes go out at once.
        await own.Where(row => row.State == TransactionState.Pending && kinds.Contains(row.Kind))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UpdatedAt, now), cancellationToken);
        for (var i = 0; i < mined.Count; i++)
        {
            var (id, state) = (mined[i], i == 0 && !isAnyPending ? TransactionState.Pending : TransactionState.Dropped);
            await db
                .Transactions.Where(row => row.Id == id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.State, state).SetProperty(row => row.UpdatedAt, now),
                    cancellationToken
                );
        }
    }

    private static ReadBlock Lowest(Epoch epoch, IReadOnlySet<ReadBlock> gone) =>
        new[]
        {
            WatchedEpoch.Block(epoch.ClaimBlockNumber, epoch.ClaimBlockHash),
            WatchedEpoch.Block(epoch.AcceptanceBlockNumber, epoch.AcceptanceBlockHash),
            WatchedEpoch.Block(epoch.SettlementBlockNumber, epoch.SettlementBlockHash),
        }
            .OfType<ReadBlock>()
            .Where(gone.Contains)
            .MinBy(block => block.Number);

    [LoggerMessage(
        41,
        LogLevel.Warning,
        "{Application}: L1 has replaced block {Block}, which was {Hash}, and with it took back the claim of epoch {Epoch}, which was "
            + "{Stage}. The epoch is CLAIM_CALCULATED again (round {Round}): the node looks for the claim on L1, and sends it again if "
            + "L1 lacks it. You need not do anything."
    )]
    private static partial void LogTakenBack(
        ILogger logger,
        string application,
        ulong block,
        Hash32 hash,
        ulong epoch,
        string stage,
        int round
    );
}
