using System.Globalization;

namespace Rollups.Benchmarks;

/// <summary>Measured times.</summary>
internal sealed class Distribution(IEnumerable<TimeSpan> times)
{
    private readonly TimeSpan[] _sorted = [.. times.Order()];

    /// <summary>All of them, from the shortest on.</summary>
    public IReadOnlyList<TimeSpan> All => _sorted;

    /// <summary>The smallest time that this share of all times does not exceed; 0 to 1.</summary>
    public TimeSpan Percentile(double share) => _sorted[Math.Clamp((int)Math.Ceiling(share * _sorted.Length) - 1, 0, _sorted.Length - 1)];

    /// <summary>Number of samples, p50, p95 and the longest, in milliseconds.</summary>
    public string[] Columns() =>
        [
            _sorted.Length.ToString(CultureInfo.InvariantCulture),
            Milliseconds(Percentile(0.5)),
            Milliseconds(Percentile(0.95)),
            Milliseconds(_sorted[^1]),
        ];

    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}
