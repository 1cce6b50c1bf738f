using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;
using Rollups.Domain;

namespace Rollups.Api.Queries;

/// <summary>
/// Pages of inputs, outputs or reports of one application. Their indexes have no gaps, so without a filter of the content a page is a
/// range of the primary key and its total is arithmetic: neither costs more with a longer history.
/// </summary>
/// <param name="call">The request.</param>
/// <param name="rows">All rows of the application.</param>
/// <param name="size">Bytes that a row adds to the answer at least.</param>
internal sealed class DenseRows<T>(RpcCall call, IQueryable<T> rows, Expression<Func<T, long>> size)
    where T : class
{
    /// <summary>All of them: two look-ups at most, however many there are.</summary>
    public async Task<IndexRange> AllAsync() =>
        new(0, await rows.OrderByDescending(IndexOf).Select(NextOf).FirstOrDefaultAsync(call.Token));

    /// <summary>The range of rows that belong together, such as those of an epoch, which are neighbours.</summary>
    public async Task<IndexRange> NeighboursAsync(Func<IQueryable<T>, IQueryable<T>> filter, params Expression<Func<T, ulong>>[] order)
    {
        var of = filter(rows);
        var last = await Ordered(of, order, descending: true).Select(NextOf).FirstOrDefaultAsync(call.Token);
        return last == 0
            ? IndexRange.None
            : new IndexRange(await Ordered(of, order, descending: false).Select(NextOf).FirstAsync(call.Token) - 1, last);
    }

    /// <summary>The rows of a range.</summary>
    public IQueryable<T> Within(IndexRange range) =>
        rows.Where(row =>
            EF.Property<ulong>(row, nameof(Input.Index)) >= range.First && EF.Property<ulong>(row, nameof(Input.Index)) < range.End
        );

    /// <summary>The request's from and to.</summary>
    public IndexRange Asked() => new(call.Find(Parameters.From) ?? 0, AskedEnd());

    /// <summary>A page of a range.</summary>
    public Task<Listing<TWire>> PageAsync<TWire>(IndexRange range, Func<T, TWire> describe) => PageAsync(range, Each(describe));

    /// <summary>A page of a range, described as a whole.</summary>
    public async Task<Listing<TWire>> PageAsync<TWire>(IndexRange range, Func<List<T>, Task<List<TWire>>> describe)
    {
        var page = call.Page;
        var shown = range.PageOf(page);
        return page.Of(await ReadAsync(Within(shown), shown, page, describe), (long)range.Count);
    }

    /// <summary>A page of the rows of a range that a filter of the content lets pass, by an index on that content.</summary>
    public Task<Listing<TWire>> PageAsync<TWire>(IndexRange range, Func<IQueryable<T>, IQueryable<T>> filter, Func<T, TWire> describe) =>
        PageAsync(range, within => [filter(within)], Each(describe));

    /// <summary>
    /// A page of the rows of a range that are in one of several lists, described as a whole. Each list is a search of its own, in the order
    /// of an index, because the database would sort what it finds by several values of a column.
    /// </summary>
    /// <param name="range">The range.</param>
    /// <param name="lists">The lists within a range; no row is in two of them.</param>
    /// <param name="describe">Describes the rows of the page.</param>
    public async Task<Listing<TWire>> PageAsync<TWire>(
        IndexRange range,
        Func<IQueryable<T>, IReadOnlyList<IQueryable<T>>> lists,
        Func<List<T>, Task<List<TWire>>> describe
    )
    {
        var page = call.Page;
        CountedPages.EnsureInReach(page);
        var reach = page.Offset + page.Limit + RpcLimits.CountedAhead;
        var indexes = FirstOfEach(range, reach).Select(list => list.Select(IndexOf)).Aggregate((all, more) => all.Concat(more));
        var (shown, total) = await CountedPages.FindAsync(indexes, page, call.Token);
        // Between the first and the last row of the page, only its own rows pass, unless one has just changed.
        var passed = FirstOfEach(shown, page.Limit).Aggregate((all, more) => all.Concat(more));
        return page.Of(await ReadAsync(InOrder(passed, page).First(page.Limit), shown, page, describe), total);

        IEnumerable<IQueryable<T>> FirstOfEach(IndexRange within, int most)
        {
            var found = lists(Within(within));
            return found.Count == 1 ? found : found.Select(list => InOrder(list, page).First(most));
        }
    }

    /// <summary>
    /// A list that is short, to be filtered further. Its limit keeps the database from searching by the further filter instead, because the
    /// list of that may be long.
    /// </summary>
    public IQueryable<T> Short(IQueryable<T> list, int most = int.MaxValue) => InOrder(list, call.Page).Take(most);

    private static Func<List<T>, Task<List<TWire>>> Each<TWire>(Func<T, TWire> describe) =>
        rows => Task.FromResult(rows.ConvertAll(row => describe(row)));

    private static Expression<Func<T, ulong>> IndexOf => row => EF.Property<ulong>(row, nameof(Input.Index));

    private static Expression<Func<T, ulong>> NextOf => row => EF.Property<ulong>(row, nameof(Input.Index)) + 1;

    private static IOrderedQueryable<T> Ordered(IQueryable<T> rows, Expression<Func<T, ulong>>[] order, bool descending)
    {
        IOrderedQueryable<T>? ordered = null;
        foreach (var key in order.Append(IndexOf))
        {
            ordered = ordered is null
                ? descending
                    ? rows.OrderByDescending(key)
                    : rows.OrderBy(key)
                : descending
                    ? ordered.ThenByDescending(key)
                    : ordered.ThenBy(key);
        }

        return ordered!;
    }

    /// <summary>
    /// Reads the page, unless its rows are larger than any answer may be; then nothing of it is loaded. The database sums up their sizes
    /// before it reads the first of them.
    /// </summary>
    private async Task<List<TWire>> ReadAsync<TWire>(
        IQueryable<T> rows,
        IndexRange shown,
        PageRequest page,
        Func<List<T>, Task<List<TWire>>> describe
    )
    {
        if (shown.Count == 0)
            return [];
        var some = rows.Where(_ => rows.Select(size).Sum() <= RpcLimits.AnswerBytes);
        var read = await InOrder(some, page).AsNoTracking().ToListAsync(call.Token);
        if (read.Count == 0 && await InOrder(rows, page).AnyAsync(call.Token))
            throw new RpcException(
                RpcErrors.AnswerTooLarge,
                $"The page would have more than {RpcLimits.AnswerBytes} bytes: ask for fewer items with 'limit'."
            );
        return await describe(read);
    }

    private static IOrderedQueryable<T> InOrder(IQueryable<T> rows, PageRequest page) =>
        page.Descending ? rows.OrderByDescending(IndexOf) : rows.OrderBy(IndexOf);

    private ulong AskedEnd()
    {
        if (call.Find(Parameters.To) is not { } to)
            return ulong.MaxValue;
        if (to < (call.Find(Parameters.From) ?? 0))
            throw RpcErrors.Invalid("Parameter 'from' is above 'to': give a range with from at or below to.");
        return to + 1;
    }
}
