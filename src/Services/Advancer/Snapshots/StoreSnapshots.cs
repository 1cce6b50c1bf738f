using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Advancer.Snapshots;

/// <summary>
/// Stores the states of machines: first the folder, then the row that makes it count, then the older state is deleted. A failure costs the
/// snapshot, never an input.
/// </summary>
internal sealed partial class StoreSnapshots(
    SnapshotFolder folders,
    IUnitOfWork unit,
    IDatabaseProvider database,
    TimeProvider clock,
    ILogger<StoreSnapshots> logger
)
{
    private static readonly Counter<long> Snapshots = Telemetry.Meter.CreateCounter<long>(
        "rollups.advancer.snapshots",
        "{snapshot}",
        "Machine states by outcome: stored, failed (could not be stored), restored, unusable (a rebuild began at the template)"
    );

    /// <summary>Counts a snapshot.</summary>
    public static void Count(string outcome) => Snapshots.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>
    /// Stores the adopted state, unless it is stored already, is that of the template, or the kind of machine keeps none. Nothing may be
    /// staged. Does not fail; afterwards the machine may be unusable.
    /// </summary>
    public async Task RunAsync(ResidentMachine resident, CancellationToken cancellationToken)
    {
        var (application, processed) = (resident.Application, resident.Machine.ProcessedInputs);
        if (processed == 0 || processed == resident.StoredAt || !resident.KeepsSnapshots || resident.Lost.IsCancellationRequested)
            return;
        try
        {
            var folder = SnapshotFolder.NameOf(application.Address, processed, resident.Lease.Term);
            if (!await resident.Machine.SnapshotAsync(folders.Prepare(folder), cancellationToken))
            {
                resident.KeepsSnapshots = false;
                return;
            }

            // A former owner's row does not come into being, and its folder is deleted by the new owner.
            if (!await RecordAsync(resident, processed, folder, cancellationToken))
                return;
            (resident.StoredAt, resident.HasFailedToStore) = (processed, false);
            Count("stored");
            folders.KeepOnly(application.Address, folder);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Count("failed");
            // Once, not for every input: a full disk stays full for a while.
            var level = resident.HasFailedToStore ? LogLevel.Debug : LoggedOutage.LevelOf(exception, LogLevel.Warning);
            LogFailed(logger, level, application.Name, processed, exception.Message);
            resident.HasFailedToStore |= level == LogLevel.Warning;
        }
    }

    private Task<bool> RecordAsync(ResidentMachine resident, ulong processed, string folder, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                var (db, id, now) = (scope.Db, resident.Application.Id, clock.GetUtcNow());
                if (!await database.LockApplicationAsync(db, id, resident.Lease, token))
                    return false;
                var hash = resident.Machine.StateHash;
                var replaced = await db
                    .MachineSnapshots.Where(row => row.ApplicationId == id)
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(row => row.ProcessedInputs, processed)
                                .SetProperty(row => row.MachineHash, hash)
                                .SetProperty(row => row.Folder, folder)
                                .SetProperty(row => row.CreatedAt, now),
                        token
                    );
                if (replaced == 0)
                    db.Add(
                        new MachineSnapshot
                        {
                            ApplicationId = id,
                            ProcessedInputs = processed,
                            MachineHash = hash,
                            Folder = folder,
                            CreatedAt = now,
                        }
                    );
                return true;
            },
            cancellationToken
        );

    [LoggerMessage(
        EventId = 305,
        Message = "advancer: the machine of '{Application}' cannot be stored after {Inputs} inputs: {Error} Its inputs go on, and a "
            + "rebuild begins at the snapshot before. The node tries again at the next snapshot; check the space and the rights of "
            + "Services:Advancer:SnapshotFolder."
    )]
    private static partial void LogFailed(ILogger logger, LogLevel level, string application, ulong inputs, string error);
}
