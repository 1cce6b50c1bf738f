namespace Rollups.Cli.Output;

/// <summary>A page of rows.</summary>
/// <param name="Data">The rows, in the order of the page.</param>
/// <param name="Next">Value of <c>--after</c> for the next page; null on the last one.</param>
internal sealed record Page<TRow>(IReadOnlyList<TRow> Data, string? Next)
{
    /// <summary>A page from one row more than its limit, which shows whether more follow.</summary>
    /// <param name="found">Up to <paramref name="limit"/> + 1 rows.</param>
    /// <param name="limit">Rows per page.</param>
    /// <param name="key">The key of a row, as <c>--after</c> takes it.</param>
    public static Page<TRow> Of(IReadOnlyList<TRow> found, int limit, Func<TRow, string> key) =>
        found.Count <= limit ? new(found, null) : new([.. found.Take(limit)], key(found[limit - 1]));
}
