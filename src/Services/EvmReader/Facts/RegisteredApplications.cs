using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.EvmReader.Facts;

/// <summary>
/// The applications whose L1 facts are read: all except those that are being removed. A fault or an operator stops execution and claims,
/// not observation.
/// </summary>
internal static class RegisteredApplications
{
    public static IQueryable<Application> Observed(this IQueryable<Application> applications) =>
        applications.Where(app => app.State != ApplicationState.Removing);

    /// <summary>One query; the newest indexes are primary-key look-ups, so the length of the history does not matter.</summary>
    public static Task<List<ObservedApplication>> LoadAsync(RollupsDbContext db, CancellationToken cancellationToken) =>
        db
            .Applications.AsNoTracking()
            .Observed()
            .OrderBy(app => app.Id)
            .Select(app => new ObservedApplication(
                app.Id,
                app.Name,
                app.Address,
                app.InputBoxAddress,
                app.InputBoxBlock,
                app.DeploymentBlock,
                app.ConsensusType,
                app.ConsensusAddress,
                app.LastInputCheckBlock,
                app.LastOutputCheckBlock,
                app.LastEpochCheckBlock,
                db.Epochs.Where(epoch => epoch.ApplicationId == app.Id).Max(epoch => (ulong?)epoch.Index),
                db.Inputs.Where(input => input.ApplicationId == app.Id).Max(input => (ulong?)input.Index),
                db.Outputs.Where(output => output.ApplicationId == app.Id).Max(output => (ulong?)output.Index)
            ))
            .ToListAsync(cancellationToken);

    /// <summary>
    /// Applications with an open epoch whose last block is observed. A PRT epoch has no predetermined last block: it ends when it is
    /// sealed.
    /// </summary>
    public static async Task<HashSet<int>> WithEpochToCloseAsync(RollupsDbContext db, ulong head, CancellationToken cancellationToken) =>
        [
            .. await db
                .Epochs.AsNoTracking()
                .Where(epoch =>
                    epoch.Status == EpochStatus.Open
                    && epoch.LastBlock <= head
                    && db.Applications.Any(app => app.Id == epoch.ApplicationId && app.ConsensusType != ConsensusType.Prt)
                )
                .Select(epoch => epoch.ApplicationId)
                .ToListAsync(cancellationToken),
        ];

    /// <summary>Numbers of recorded executed outputs, of the applications that have any.</summary>
    public static async Task<Dictionary<int, ulong>> CountExecutedAsync(
        RollupsDbContext db,
        IReadOnlyCollection<int> applications,
        CancellationToken cancellationToken
    ) =>
        (
            await db
                .Outputs.Where(output => applications.Contains(output.ApplicationId) && output.ExecutionTransactionHash != null)
                .GroupBy(output => output.ApplicationId)
                .Select(outputs => new { Id = outputs.Key, Count = outputs.LongCount() })
                .ToListAsync(cancellationToken)
        ).ToDictionary(row => row.Id, row => (ulong)row.Count);
}
