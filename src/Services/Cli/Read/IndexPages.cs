using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>Rows whose key is (application, index): a page of them is a range of the primary key, however far back it lies.</summary>
internal static class IndexPages
{
    private const string Index = nameof(Epoch.Index);

    /// <summary>The rows from one index to another, both inclusive, that follow the key of the page, in its order.</summary>
    public static IQueryable<T> InOrder<T>(this IQueryable<T> rows, PageRequest<ulong> page, ulong? from, ulong? to)
    {
        if (from is { } low)
            rows = rows.Where(row => EF.Property<ulong>(row!, Index) >= low);
        if (to is { } high)
            rows = rows.Where(row => EF.Property<ulong>(row!, Index) <= high);
        if (page.After is { Value: var after })
            rows = page.Ascending
                ? rows.Where(row => EF.Property<ulong>(row!, Index) > after)
                : rows.Where(row => EF.Property<ulong>(row!, Index) < after);
        return rows.Sort(page);
    }

    /// <summary>The rows in the order of the page.</summary>
    public static IQueryable<T> Sort<T>(this IQueryable<T> rows, PageRequest<ulong> page) =>
        page.Ascending
            ? rows.OrderBy(row => EF.Property<ulong>(row!, Index))
            : rows.OrderByDescending(row => EF.Property<ulong>(row!, Index));
}
