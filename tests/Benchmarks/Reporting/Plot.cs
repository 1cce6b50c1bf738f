namespace Rollups.Benchmarks;

/// <summary>Lines over a common axis; a plot of a few points has their values beside them.</summary>
/// <param name="File">Name of its file, without folder and extension.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Across">What the horizontal axis is, with its unit.</param>
/// <param name="Up">What the vertical axis is, with its unit; it begins at 0 unless it is logarithmic.</param>
/// <param name="Lines">At most four.</param>
internal sealed record Plot(string File, string Title, string Across, string Up, IReadOnlyList<Line> Lines)
{
    /// <summary>Whether the horizontal axis is logarithmic; every X is then above 0.</summary>
    public bool IsLogarithmicAcross { get; init; }

    /// <summary>Whether the vertical axis is logarithmic; every Y is then above 0.</summary>
    public bool IsLogarithmicUp { get; init; }
}

/// <summary>One line of a plot, from the left to the right.</summary>
internal sealed record Line(string Name, IReadOnlyList<Point> Points)
{
    /// <summary>The share of times (0 to 1) that are not above each time in milliseconds.</summary>
    public static Line Shares(string name, Distribution times) =>
        new(
            name,
            [.. Enumerable.Range(0, 100).Select(i => new Point(times.Percentile((i + 1) / 100.0).TotalMilliseconds, (i + 1) / 100.0))]
        );
}

internal sealed record Point(double X, double Y);
