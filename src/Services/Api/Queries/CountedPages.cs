using System.Linq.Expressions;
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
    /// Where a page of a filtered list begins and ends, and how many rows the list has, counted as <see cref="CountAsync"/> does, in one
    /// statement. The index alone answers it: the rows that the page skips, and those behind it, are not read.
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
        var shown = InOrder(indexes)
            .PageOf(page)
            .GroupBy(_ => 1)
            .Select(all => new
            {
                First = all.Min(),
                Last = all.Max(),
                Count = all.Count(),
            })
            // It makes a subquery of them: SQLite takes no aggregate within what is counted behind the page.
            .Distinct();
        var counted = page.Descending
            ? shown.Select(one => new
            {
                one.First,
                one.Last,
                one.Count,
                Behind = indexes
                    .Where(index => index < one.First)
                    .OrderByDescending(index => index)
                    .Take(RpcLimits.CountedAhead)
                    .LongCount(),
            })
            : shown.Select(one => new
            {
                one.First,
                one.Last,
                one.Count,
                Behind = indexes.Where(index => index > one.Last).OrderBy(index => index).Take(RpcLimits.CountedAhead).LongCount(),
            });
        if (await counted.SingleOrDefaultAsync(cancellationToken) is { } found)
            return (new IndexRange(found.First, found.Last + 1), page.Offset + found.Count + found.Behind);
        return (IndexRange.None, page.Offset == 0 ? 0 : await InOrder(indexes).Take(page.Offset).LongCountAsync(cancellationToken));

        IOrderedQueryable<ulong> InOrder(IQueryable<ulong> some) =>
            page.Descending ? some.OrderByDescending(index => index) : some.OrderBy(index => index);
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

    /// <summary>
    /// The first rows of a query that is to stand within another. Unlike <c>Take</c>, it has EF Core send the number as a parameter there
    /// too: as a part of the text, each number would be another statement, translated and planned anew.
    /// </summary>
    public static IQueryable<T> First<T>(this IOrderedQueryable<T> rows, int count)
    {
        Expression<Func<int>> number = () => count;
        return rows.Provider.CreateQuery<T>(
            Expression.Call(typeof(Queryable), nameof(Queryable.Take), [typeof(T)], rows.Expression, number.Body)
        );
    }

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
