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
    private const int MostWaiting = 40;
    private const int MostAccepted = 60;
    private const int MostRejected = 20;
    private const int MostCounted = 1000;
    private const int MostFaults = 50;
    private const int MostDead = 1000;

    public required int ApplicationCount { get; init; }
    public required IReadOnlyList<ApplicationFigures> Applications { get; init; }

    /// <summary>
    /// Of each state that an epoch leaves again, those that have been in it for longest, the oldest first; of the two others the newest.
    /// </summary>
    public required IReadOnlyList<EpochRow> Epochs { get; init; }

    /// <summary>How many epochs are in each state.</summary>
    public required IReadOnlyList<StateCount> EpochCounts { get; init; }
    public required IReadOnlyList<Application> Stopped { get; init; }

    /// <summary>Messages that the dispatcher has set aside.</summary>
    public required int Dead { get; init; }

    public static async Task<PipelineRows> ReadAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var epochs = await EpochsAsync(db, cancellationToken);
        return new PipelineRows
        {
            ApplicationCount = await db.Applications.CountAsync(cancellationToken),
            Applications = await ApplicationsAsync(db, cancellationToken),
            Epochs = epochs,
            EpochCounts = await CountsAsync(db, epochs, cancellationToken),
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

    /// <summary>One search in the index of status and time per state.</summary>
    private static async Task<List<EpochRow>> EpochsAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var rows = await Waiting(db, EpochStatus.Open)
            .Concat(Waiting(db, EpochStatus.Closed))
            .Concat(Waiting(db, EpochStatus.InputsProcessed))
            .Concat(Waiting(db, EpochStatus.ClaimCalculated))
            .Concat(Waiting(db, EpochStatus.ClaimSubmitted))
            .Concat(Ended(db, EpochStatus.ClaimAccepted, MostAccepted))
            .Concat(Ended(db, EpochStatus.ClaimRejected, MostRejected))
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
        return
        [
            .. rows.OrderBy(row => row.Times.Status)
                .ThenBy(row => (EpochQuery.IsFinal(row.Times.Status) ? -1 : 1) * (row.Times.Since?.UtcTicks ?? 0)),
        ];
    }

    // A row is changed last when its epoch enters the state, or shortly after. An index has that time.
    private static IQueryable<Epoch> Waiting(RollupsDbContext db, EpochStatus status) =>
        db.Epochs.Where(epoch => epoch.Status == status).OrderBy(epoch => epoch.UpdatedAt).Take(MostWaiting);

    private static IQueryable<Epoch> Ended(RollupsDbContext db, EpochStatus status, int most) =>
        db.Epochs.Where(epoch => epoch.Status == status).OrderByDescending(epoch => epoch.UpdatedAt).Take(most);

    /// <summary>Counts at most <see cref="MostCounted"/> entries of an index per state.</summary>
    private static async Task<List<StateCount>> CountsAsync(RollupsDbContext db, List<EpochRow> sent, CancellationToken cancellationToken)
    {
        var counted = await In(db, EpochStatus.Open)
            .Concat(In(db, EpochStatus.Closed))
            .Concat(In(db, EpochStatus.InputsProcessed))
            .Concat(In(db, EpochStatus.ClaimCalculated))
            .Concat(In(db, EpochStatus.ClaimSubmitted))
            .Concat(In(db, EpochStatus.ClaimAccepted))
            .Concat(In(db, EpochStatus.ClaimRejected))
            .GroupBy(status => status)
            .Select(group => new { State = group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.State, group => group.Count, cancellationToken);
        return
        [
            .. Enum.GetValues<EpochStatus>()
                .Select(state =>
                {
                    var listed = sent.Count(row => row.Times.Status == state);
                    // The two statements see different moments. A list that is whole is the count.
                    var count = listed < MostOf(state) ? listed : Math.Max(listed, counted.GetValueOrDefault(state));
                    return new StateCount(state, count, count >= MostCounted);
                }),
        ];
    }

    private static int MostOf(EpochStatus state) =>
        state switch
        {
            EpochStatus.ClaimAccepted => MostAccepted,
            EpochStatus.ClaimRejected => MostRejected,
            _ => MostWaiting,
        };

    private static IQueryable<EpochStatus> In(RollupsDbContext db, EpochStatus status) =>
        db.Epochs.Where(epoch => epoch.Status == status).OrderBy(epoch => epoch.UpdatedAt).Select(epoch => epoch.Status).Take(MostCounted);
}
