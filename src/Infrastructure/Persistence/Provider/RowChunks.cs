namespace Rollups.Persistence;

/// <summary>Cuts rows into statements of a bounded size.</summary>
internal static class RowChunks
{
    private const int MaxBytes = 16 << 20;

    /// <summary>Consecutive chunks; a row above the limit is a chunk of its own.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="maxRows">Maximum number of rows per chunk, 1 or more.</param>
    /// <param name="bytesOf">Size of a row's long value, in bytes.</param>
    public static IEnumerable<ArraySegment<T>> Of<T>(IReadOnlyList<T> rows, int maxRows, Func<T, int> bytesOf)
    {
        var all = rows as T[] ?? [.. rows];
        for (var from = 0; from < all.Length; )
        {
            var (to, bytes) = (from, 0L);
            do bytes += bytesOf(all[to++]);
            while (to < all.Length && to - from < maxRows && bytes + bytesOf(all[to]) <= MaxBytes);
            yield return new ArraySegment<T>(all, from, to - from);
            from = to;
        }
    }
}
