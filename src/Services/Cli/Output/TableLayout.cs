namespace Rollups.Cli.Output;

/// <summary>Decides how a table fits a terminal: hex is shortened first, prose wraps, and what is still too wide becomes records.</summary>
internal static class TableLayout
{
    /// <summary>Characters between two columns.</summary>
    public const int Gap = 2;

    private const int ShortHex = 13;
    private const int NarrowProse = 20;

    /// <summary>The cells to print, or null if the table is too wide however its cells are shortened.</summary>
    /// <param name="kinds">Kind of each column.</param>
    /// <param name="headers">Heading of each column.</param>
    /// <param name="rows">The cells, one array per row.</param>
    /// <param name="width">Characters per line.</param>
    public static IReadOnlyList<string[]>? Fit(
        IReadOnlyList<ColumnKind> kinds,
        IReadOnlyList<string> headers,
        IReadOnlyList<string[]> rows,
        int width
    )
    {
        var widths = headers.Select((header, at) => Math.Max(header.Length, rows.Max(row => row[at].Length))).ToArray();
        var least = widths.Select((natural, at) => kinds[at] == ColumnKind.Prose ? Math.Min(natural, NarrowProse) : natural).ToArray();
        var shortened = new HashSet<int>();
        while (least.Sum() + (Gap * (least.Length - 1)) > width)
        {
            var longest = Enumerable
                .Range(0, least.Length)
                .Where(at => kinds[at] == ColumnKind.Hex && !shortened.Contains(at) && least[at] > ShortHex)
                .OrderByDescending(at => least[at])
                .Select(at => (int?)at)
                .FirstOrDefault();
            if (longest is not { } next)
                return null;
            shortened.Add(next);
            least[next] = Math.Max(headers[next].Length, rows.Max(row => Shorten(row[next]).Length));
        }
        return [.. rows.Select(row => row.Select((cell, at) => shortened.Contains(at) ? Shorten(cell) : cell).ToArray())];
    }

    private static string Shorten(string hex) => hex.Length <= ShortHex ? hex : $"{hex[..8]}…{hex[^4..]}";
}
