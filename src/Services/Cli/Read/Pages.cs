using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Output;

namespace Rollups.Cli.Read;

/// <summary>Reads a page of rows that are already in the order of an index and begin behind the key of the page.</summary>
internal static class Pages
{
    /// <summary>Rows of which a page examines at most this many for a condition that no index has.</summary>
    public const int Window = 10_000;

    /// <summary>Reads the page.</summary>
    /// <param name="ordered">The rows.</param>
    /// <param name="limit">Rows per page.</param>
    /// <param name="show">What to show of a row.</param>
    /// <param name="key">Its key, as <c>--after</c> takes it.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<Page<TRow>> ToPageAsync<T, TRow>(
        this IQueryable<T> ordered,
        int limit,
        Func<T, TRow> show,
        Func<T, string> key,
        CancellationToken cancellationToken
    )
    {
        var found = Page<T>.Of(await ordered.Take(limit + 1).ToListAsync(cancellationToken), limit, key);
        return new Page<TRow>([.. found.Data.Select(show)], found.Next);
    }

    /// <summary>
    /// Reads a page of the rows that meet a condition without an index. It examines at most <see cref="Window"/> rows; the next page
    /// continues behind them.
    /// </summary>
    public static async Task<Page<TRow>> ToPageWhereAsync<T, TRow>(
        this IQueryable<T> ordered,
        Expression<Func<T, bool>> condition,
        Func<IQueryable<T>, IQueryable<T>> sort,
        int limit,
        Func<T, TRow> show,
        Func<T, string> key,
        CancellationToken cancellationToken
    )
    {
        var found = await sort(ordered.Take(Window).Where(condition)).ToPageAsync(limit, show, key, cancellationToken);
        if (found.Next is not null)
            return found;
        var last = await ordered.Skip(Window - 1).Take(1).ToListAsync(cancellationToken);
        return last is [var row] ? found with { Next = key(row) } : found;
    }
}
