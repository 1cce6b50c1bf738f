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
