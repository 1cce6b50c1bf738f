using Microsoft.EntityFrameworkCore;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;
using Rollups.Domain;

namespace Rollups.Api.Queries;

/// <summary>
/// Pages of epochs. An epoch's virtual index is its position without gaps, so a page of all stages is a range of virtual indexes. A list
/// of some stages is read by the index on the stage.
/// </summary>
internal static class EpochPages
{
    public static async Task<Listing<WireEpoch>> ListAsync(RpcCall call)
    {
        var id = await call.ApplicationIdAsync();
        var rows = call.Db.Epochs.AsNoTracking().Where(epoch => epoch.ApplicationId == id);
        var (from, to) = (call.Find(Parameters.From) ?? 0, call.Find(Parameters.To) ?? long.MaxValue);
        if (from > to)
            throw RpcErrors.Invalid("Parameter 'from' is above 'to': give a range with from at or below to.");
        var range = await PositionsAsync(rows, from, to, call.Token);
        if (call.Find(Parameters.Status) is not { } words)
            return await AllStagesAsync(call, rows, range);
        var stages = words.Values.Select(WireNames.Stage).OfType<EpochStatus>().ToArray();
        return await StagesAsync(call, rows, stages, range, from, to);
    }

    /// <summary>Index of the last accepted epoch.</summary>
    public static Task<ulong?> LastAcceptedAsync(RpcCall call, int applicationId) =>
        call
            .Db.Epochs.Where(epoch => epoch.Status == EpochStatus.ClaimAccepted && epoch.ApplicationId == applicationId)
            .OrderByDescending(epoch => epoch.Index)
            .Select(epoch => (ulong?)epoch.Index)
            .FirstOrDefaultAsync(call.Token);

    private static async Task<Listing<WireEpoch>> AllStagesAsync(RpcCall call, IQueryable<Epoch> rows, IndexRange range)
    {
        var page = call.Page;
        var shown = range.PageOf(page);
        var epochs = rows.Where(epoch => epoch.VirtualIndex >= shown.First && epoch.VirtualIndex < shown.End);
        var ordered = page.Descending
            ? epochs.OrderByDescending(epoch => epoch.VirtualIndex)
            : epochs.OrderBy(epoch => epoch.VirtualIndex);
        return page.Of(await ordered.Select(WireEpoch.WithoutProofs).ToListAsync(call.Token), (long)range.Count);
    }

    private static async Task<Listing<WireEpoch>> StagesAsync(
        RpcCall call,
        IQueryable<Epoch> rows,
        EpochStatus[] stages,
        IndexRange range,
        ulong from,
        ulong to
    )
    {
        var page = call.Page;
        if (stages.Length == 0)
            return page.Of<WireEpoch>([], 0);
        var within = rows.Where(epoch => epoch.Index >= from && epoch.Index <= to);
        var (shown, total) = await CountedPages.FindAsync(IndexesOf(within, stages, page), page, call.Token);
        // Nearly every epoch is accepted in the end: the others are counted instead, and few.
        if (total >= RpcLimits.CountedAhead && stages.Contains(EpochStatus.ClaimAccepted))
        {
            EpochStatus[] others = [.. Enum.GetValues<EpochStatus>().Except(stages)];
            total = Math.Max(total, (long)range.Count - await CountAsync(within, others, page, call.Token));
        }

        if (shown.Count == 0)
            return page.Of<WireEpoch>([], total);
        var (first, end) = (shown.First, shown.End);
        var passed = OfStages(rows.Where(epoch => epoch.Index >= first && epoch.Index < end), stages, page.Limit, page.Descending);
        var ordered = page.Descending ? passed.OrderByDescending(epoch => epoch.Index) : passed.OrderBy(epoch => epoch.Index);
        return page.Of(await ordered.Take(page.Limit).Select(WireEpoch.WithoutProofs).ToListAsync(call.Token), total);
    }

    private static async Task<long> CountAsync(
        IQueryable<Epoch> within,
        EpochStatus[] stages,
        PageRequest page,
        CancellationToken cancellationToken
    ) =>
        stages.Length == 0
            ? 0
            : await CountedPages.CountAsync(
                IndexesOf(within, stages, page with { Descending = false }).OrderBy(index => index),
                page,
                cancellationToken
            );

    /// <summary>Indexes of the epochs up to the page and as far behind it as they are counted.</summary>
    private static IQueryable<ulong> IndexesOf(IQueryable<Epoch> within, EpochStatus[] stages, PageRequest page) =>
        EachOf(within, stages, page.Offset + page.Limit + RpcLimits.CountedAhead, page.Descending)
            .Select(rows => rows.Select(epoch => epoch.Index))
            .Aggregate((all, more) => all.Concat(more));

    private static IQueryable<Epoch> OfStages(IQueryable<Epoch> within, EpochStatus[] stages, int most, bool descending) =>
        EachOf(within, stages, most, descending).Aggregate((all, more) => all.Concat(more));

    /// <summary>
    /// The first epochs of each stage: one ordered search in the index for each, where the database would otherwise walk through all epochs
    /// or sort them.
    /// </summary>
    private static IEnumerable<IQueryable<Epoch>> EachOf(IQueryable<Epoch> within, EpochStatus[] stages, int most, bool descending) =>
        stages.Select(stage =>
        {
            var rows = within.Where(epoch => epoch.Status == stage);
            return (descending ? rows.OrderByDescending(epoch => epoch.Index) : rows.OrderBy(epoch => epoch.Index)).First(most);
        });

    /// <summary>Positions of the epochs whose index is in a range: three look-ups.</summary>
    private static async Task<IndexRange> PositionsAsync(IQueryable<Epoch> rows, ulong from, ulong to, CancellationToken cancellationToken)
    {
        var end = await rows.Where(epoch => epoch.Index <= to)
            .OrderByDescending(epoch => epoch.Index)
            .Select(epoch => epoch.VirtualIndex + 1)
            .FirstOrDefaultAsync(cancellationToken);
        if (from == 0)
            return new IndexRange(0, end);
        var first = await rows.Where(epoch => epoch.Index >= from)
            .OrderBy(epoch => epoch.Index)
            .Select(epoch => (ulong?)epoch.VirtualIndex)
            .FirstOrDefaultAsync(cancellationToken);
        return first is { } begin ? new IndexRange(begin, end) : IndexRange.None;
    }
}
