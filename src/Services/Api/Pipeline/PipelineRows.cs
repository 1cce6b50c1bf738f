using Microsoft.EntityFrameworkCore;
using Rollups.Api.Stories;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Pipeline;

/// <summary>
/// What the database knows of the pipeline, in six queries, each a bounded number of index searches: neither the history nor the number of
/// subscribers and readers changes that.
/// </summary>
internal sealed record PipelineRows
{
    private const int MostApplications = 100;
    private const int MostUnfinished = 200;
    private const int MostFinished = 60;
    private const int MostFaults = 50;
    private const int MostDead = 1000;

    public required int ApplicationCount { get; init; }
    public required IReadOnlyList<ApplicationFigures> Applications { get; init; }
    public required IReadOnlyList<EpochRow> Epochs { get; init; }
    public required IReadOnlyList<Application> Stopped { get; init; }

    /// <summary>Messages that the dispatcher has set aside.</summary>
    public required int Dead { get; init; }

    public static async Task<PipelineRows> ReadAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var epochs = await EpochRowsAsync(
            db,
            // An inline list reproduces the exact text of the index's filter, which SQLite requires.
            db.Epochs.Where(epoch => !new[] { EpochStatus.ClaimAccepted, EpochStatus.ClaimRejected }.Contains(epoch.Status))
                .OrderByDescending(epoch => epoch.Index)
                .ThenBy(epoch => epoch.ApplicationId)
                .Take(MostUnfinished),
            cancellationToken
        );
        epochs.AddRange(
            await EpochRowsAsync(
                db,
                db.Epochs.Where(epoch => epoch.Status == EpochStatus.ClaimAccepted)
                    .OrderByDescending(epoch => epoch.UpdatedAt)
                    .Take(MostFinished),
                cancellationToken
            )
        );
        return new PipelineRows
        {
            ApplicationCount = await db.Applications.CountAsync(cancellationToken),
            Applications = await ApplicationsAsync(db, cancellationToken),
            Epochs = epochs,
            Stopped = await db
                .Applications.AsNoTracking()
                .Where(app => app.State == ApplicationState.Inoperable)
                .OrderBy(app => app.Id)
                .Take(MostFaults)
                .ToListAsync(cancellationToken),
            Dead = await db.DeadOutbox.OrderBy(message => message.Id).Take(MostDead).CountAsync(cancellationToken),
        };
    }

    // Single values, which become searches in an index; whole rows would become a sort of the whole table.
    private static Task<List<ApplicationFigures>> ApplicationsAsync(RollupsDbContext db, CancellationToken cancellationToken) =>
        db
            .Applications.AsNoTracking()
            .OrderBy(app => app.Id)
            .Take(MostApplications)
            .Select(app => new
            {
                Row = app,
                Current = db
                    .Epochs.Where(epoch => epoch.ApplicationId == app.Id)
                    .OrderByDescending(epoch => epoch.Index)
                    .Select(epoch => (ulong?)epoch.Index)
                    .FirstOrDefault(),
                State = db
                    .Epochs.Where(epoch => epoch.ApplicationId == app.Id)
                    .OrderByDescending(epoch => epoch.Index)
                    .Select(epoch => (EpochStatus?)epoch.Status)
                    .FirstOrDefault(),
                Accepted = db
                    .Epochs.Where(epoch => epoch.Status == EpochStatus.ClaimAccepted && epoch.ApplicationId == app.Id)
                    .OrderByDescending(epoch => epoch.Index)
                    .Select(epoch => (ulong?)epoch.Index)
                    .FirstOrDefault(),
                AcceptedAt = db
                    .Epochs.Where(epoch => epoch.Status == EpochStatus.ClaimAccepted && epoch.ApplicationId == app.Id)
                    .OrderByDescending(epoch => epoch.Index)
                    .Select(epoch => epoch.ClaimSettledAt)
                    .FirstOrDefault(),
                Claim = db
                    .Epochs.Where(epoch => epoch.Status == EpochStatus.ClaimAccepted && epoch.ApplicationId == app.Id)
                    .OrderByDescending(epoch => epoch.Index)
                    .Select(epoch => epoch.OutputsMerkleRoot)
                    .FirstOrDefault(),
            })
            .Select(found => new ApplicationFigures
            {
                Application = found.Row.Address,
                ApplicationName = found.Row.Name,
                Consensus = found.Row.ConsensusType,
                State = EnumNames.Of(found.Row.State),
                ReadBlock = found.Row.LastInputCheckBlock,
                ProcessedInputs = found.Row.ProcessedInputs,
                CurrentEpoch = found.Current,
                CurrentState = found.State,
                AcceptedEpoch = found.Accepted,
                AcceptedAt = found.AcceptedAt,
                AcceptedClaim = found.Claim,
            })
            .ToListAsync(cancellationToken);

    private static Task<List<EpochRow>> EpochRowsAsync(
        RollupsDbContext db,
        IQueryable<Epoch> epochs,
        CancellationToken cancellationToken
    ) =>
        epochs
            .Join(db.Applications, epoch => epoch.ApplicationId, app => app.Id, (epoch, app) => new { epoch, app })
            .Select(row => new EpochRow(
                new EpochTimes(
                    row.epoch.Status,
                    row.epoch.OpenedAt,
                    row.epoch.ClosedAt,
                    row.epoch.InputsProcessedAt,
                    row.epoch.ClaimCalculatedAt,
                    row.epoch.ClaimSubmittedAt,
                    row.epoch.ClaimSettledAt,
                    row.epoch.ClaimRevertedAt
                ),
                row.epoch.Index,
                row.epoch.FirstBlock,
                row.epoch.LastBlock,
                row.epoch.InputIndexUpperBound - row.epoch.InputIndexLowerBound,
                row.app.Address,
                row.app.Name
            ))
            .ToListAsync(cancellationToken);
}

/// <summary>The columns of an epoch that the summary needs.</summary>
internal sealed record EpochRow(
    EpochTimes Times,
    ulong Index,
    ulong FirstBlock,
    ulong LastBlock,
    ulong Inputs,
    Address Application,
    string Name
)
{
    public EpochSummary Summary =>
        new()
        {
            Application = Application,
            ApplicationName = Name,
            Index = Index,
            State = Times.Status,
            Since = Times.Since,
            FirstBlock = FirstBlock,
            LastBlock = LastBlock,
            Inputs = Inputs,
        };
}
