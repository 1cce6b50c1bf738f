using Microsoft.EntityFrameworkCore;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;

namespace Rollups.Api.Queries;

/// <summary>Pages of rows whose number no index has.</summary>
internal static class CountedPages
{
    /// <summary>
    /// Number of rows, counted up to <see cref="RpcLimits.CountedAhead"/> behind the page: exact for shorter lists, else a lower bound that
    /// is higher than the page's end.
    /// </summary>
    /// <param name="rows">Filtered rows, ordered by the index that has them.</param>
    /// <param name="page">The page.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static async Task<long> CountAsync<T>(IQueryable<T> rows, PageRequest page, CancellationToken cancellationToken)
    {
        EnsureInReach(page);
        return await rows.Take(page.Offset + page.Limit + RpcLimits.CountedAhead).LongCountAsync(cancellationToken);
    }

    /// <summary>
    /// Where a page of a filtered list begins and ends, and how many rows the list has, counted as <see cref="CountAsync"/> does. The index
    /// alone answers this: the rows that the page skips, and those behind it, are not read.
    /// </summary>
    /// <param name="indexes">Indexes of the filtered rows.</param>
    /// <param name="page">The page.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task<(IndexRange Shown, long Total)> FindAsync(
        IQueryable<ulong> indexes,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        EnsureInReach(page);
        var shown = await InOrder(indexes)
            .PageOf(page)
            .GroupBy(_ => 1)
            .Select(all => new
            {
                First = all.Min(),
                Last = all.Max(),
                Count = all.Count(),
            })
            .SingleOrDefaultAsync(cancellationToken);
        if (shown is null)
            return (IndexRange.None, page.Offset == 0 ? 0 : await CountAsync(InOrder(indexes).Take(page.Offset)));
        var (first, last) = (shown.First, shown.Last);
        var behind =
            shown.Count < page.Limit ? 0
            : page.Descending ? await CountAsync(InOrder(indexes.Where(index => index < first)).Take(RpcLimits.CountedAhead))
            : await CountAsync(InOrder(indexes.Where(index => index > last)).Take(RpcLimits.CountedAhead));
        return (new IndexRange(first, last + 1), page.Offset + shown.Count + behind);

        IOrderedQueryable<ulong> InOrder(IQueryable<ulong> some) =>
            page.Descending ? some.OrderByDescending(index => index) : some.OrderBy(index => index);

        Task<long> CountAsync(IQueryable<ulong> some) => some.LongCountAsync(cancellationToken);
    }

    /// <summary>Refuses an offset that would make the database read that many rows only to skip them.</summary>
    /// <exception cref="RpcException">It is too large.</exception>
    public static void EnsureInReach(PageRequest page)
    {
        if (page.Offset > RpcLimits.DeepestOffset)
            throw RpcErrors.Invalid(
                $"Parameter 'offset' is wrong: this list takes at most {RpcLimits.DeepestOffset}. Narrow the list with its "
                    + "filters, such as from and to, and begin again at 0."
            );
    }

    /// <summary>The page of rows that are ordered as the page wants them.</summary>
    public static IQueryable<T> PageOf<T>(this IQueryable<T> rows, PageRequest page) => rows.Skip(page.Offset).Take(page.Limit);

    /// <summary>The envelope.</summary>
    public static Listing<T> Of<T>(this PageRequest page, IReadOnlyList<T> data, long total) =>
        new()
        {
            Data = data,
            Pagination = new Pagination
            {
                TotalCount = total,
                Limit = page.Limit,
                Offset = page.Offset,
            },
        };
}
