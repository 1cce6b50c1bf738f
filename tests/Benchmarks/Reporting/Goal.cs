using System.Globalization;

namespace Rollups.Benchmarks;

/// <summary>What a row's ratio must be.</summary>
/// <param name="Limit">The ratio that just meets it.</param>
/// <param name="IsLeast">Whether larger ratios meet it too; else smaller ones.</param>
internal sealed record Goal(double Limit, bool IsLeast)
{
    public static Goal AtLeast(double ratio) => new(ratio, true);

    public static Goal AtMost(double ratio) => new(ratio, false);

    public bool IsMet(double ratio) => IsLeast ? ratio >= Limit : ratio <= Limit;

    public override string ToString() => $"at {(IsLeast ? "least" : "most")} {Limit.ToString("0.###", CultureInfo.InvariantCulture)}";
}
