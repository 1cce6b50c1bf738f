namespace Rollups.Messaging;

/// <summary>The distribution of times, in seconds.</summary>
public sealed record Percentiles
{
    /// <summary>Number of times that were measured.</summary>
    public required int Count { get; init; }

    /// <summary>The median.</summary>
    public required double P50 { get; init; }

    /// <summary>Nineteen of twenty are at most this.</summary>
    public required double P95 { get; init; }

    /// <summary>99 of a hundred are at most this.</summary>
    public required double P99 { get; init; }

    /// <summary>Null without values.</summary>
    public static Percentiles? Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? null
            : new Percentiles
            {
                Count = sorted.Length,
                P50 = At(0.5),
                P95 = At(0.95),
                P99 = At(0.99),
            };

        // The nearest rank: a value that was measured.
        double At(double part) => Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)], 6);
    }
}
