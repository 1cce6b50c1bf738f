using Microsoft.EntityFrameworkCore;
using Rollups.Api.Rpc;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Stories;

/// <summary>
/// Pages of GET /epochs, in the order of the epochs' keys, so that a page neither skips nor repeats an epoch while others are added. Each
/// page is at most five searches in an index.
/// </summary>
internal static class ListEpochs
{
    public static async Task<EpochList> RunAsync(
        RollupsDbContext db,
        EpochQuery query,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var rows = Filter(db, query, now);
        if (query.Application is { } only)
        {
            var id = await IdAsync(db, only, cancellationToken);
            rows = rows.Where(epoch => epoch.ApplicationId == id);
        }

        List<Row> found = [];
        if (query.After is { } after)
        {
            var (last, index) = (await IdAsync(db, after.Application, cancellationToken), after.Index);
            found = await ReadAsync(
                db,
                rows.Where(epoch => epoch.ApplicationId == last && epoch.Index > index),
                query.Limit + 1,
                cancellationToken
            );
            rows = rows.Where(epoch => epoch.ApplicationId > last);
        }

        if (found.Count <= query.Limit)
            found.AddRange(await ReadAsync(db, rows, query.Limit + 1 - found.Count, cancellationToken));
        var epochs = found.Take(query.Limit).Select(Describe).ToList();
        return new EpochList { Epochs = epochs, Next = found.Count > query.Limit ? $"{epochs[^1].Application}/{epochs[^1].Index}" : null };
    }

    /// <summary>Key of the application.</summary>
    /// <exception cref="UnknownApplicationException">The node does not know it.</exception>
    public static async Task<int> IdAsync(RollupsDbContext db, ApplicationKey key, CancellationToken cancellationToken)
    {
        var rows = key.Address is { } address
            ? db.Applications.Where(app => app.Address == address)
            : db.Applications.Where(app => app.Name == key.Name);
        return await rows.Select(app => (int?)app.Id).SingleOrDefaultAsync(cancellationToken)
            ?? throw new UnknownApplicationException($"This node has no application {key}: check its address or name.");
    }

    private static IQueryable<Epoch> Filter(RollupsDbContext db, EpochQuery query, DateTimeOffset now)
    {
        var rows = db.Epochs.AsNoTracking();
        if (query.State is { } state)
            rows = rows.Where(epoch => epoch.Status == state);
        if (query.OlderThan is not { } age)
            return rows;
        var entered = now - age;
        // An inline list reproduces the exact text of the index's filter, which SQLite requires. That index has few rows.
        return rows.Where(epoch => !new[] { EpochStatus.ClaimAccepted, EpochStatus.ClaimRejected }.Contains(epoch.Status))
            .Where(epoch =>
                (epoch.Status == EpochStatus.Open && epoch.OpenedAt <= entered)
                || (epoch.Status == EpochStatus.Closed && epoch.ClosedAt <= entered)
                || (epoch.Status == EpochStatus.InputsProcessed && epoch.InputsProcessedAt <= entered)
                || (epoch.Status == EpochStatus.ClaimCalculated && (epoch.ClaimRevertedAt ?? epoch.ClaimCalculatedAt) <= entered)
                || (epoch.Status == EpochStatus.ClaimSubmitted && epoch.ClaimSubmittedAt <= entered)
            );
    }

    private static Task<List<Row>> ReadAsync(
        RollupsDbContext db,
        IQueryable<Epoch> rows,
        int limit,
        CancellationToken cancellationToken
    ) =>
        rows.OrderBy(epoch => epoch.ApplicationId)
            .ThenBy(epoch => epoch.Index)
            .Take(limit)
            .Join(db.Applications, epoch => epoch.ApplicationId, app => app.Id, (epoch, app) => new { epoch, app })
            .OrderBy(row => row.epoch.ApplicationId)
            .ThenBy(row => row.epoch.Index)
            .Select(row => new Row(
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

    private static EpochSummary Describe(Row row) =>
        new()
        {
            Application = row.Application,
            ApplicationName = row.Name,
            Index = row.Index,
            State = row.Times.Status,
            Since = row.Times.Since,
            FirstBlock = row.FirstBlock,
            LastBlock = row.LastBlock,
            Inputs = row.Inputs,
        };

    /// <summary>The columns of a line, without the epoch's proofs.</summary>
    private sealed record Row(
        EpochTimes Times,
        ulong Index,
        ulong FirstBlock,
        ulong LastBlock,
        ulong Inputs,
        Address Application,
        string Name
    );
}
