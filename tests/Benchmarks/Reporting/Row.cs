using System.Globalization;
using System.Text.Json.Serialization;

namespace Rollups.Benchmarks;

/// <summary>One measure against its goal.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The measure.</param>
/// <param name="Unit">Its unit, such as <c>ms</c>.</param>
/// <param name="Ratio">The measure through what it is compared with, or the other way round where the goal is so.</param>
/// <param name="To">What it is compared with, with that one's value.</param>
/// <param name="Goal">What the ratio must be.</param>
internal sealed record Row(string Name, double Value, string Unit, double Ratio, string To, Goal Goal)
{
    [JsonIgnore]
    public string Outcome => Goal.IsMet(Ratio) ? "met" : "missed";

    /// <summary>A measure that has nothing to be compared with but its limit.</summary>
    public static Row Below(string name, double value, string unit, double limit) =>
        new(name, value, unit, value / limit, $"the limit of {Number(limit)} {unit}", Goal.AtMost(1));

    /// <summary>Three significant digits, or all digits before the point.</summary>
    public static string Number(double value) =>
        Math.Abs(value) switch
        {
            >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
            >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
            >= 0.1 or 0 => value.ToString("0.00", CultureInfo.InvariantCulture),
            _ => value.ToString("0.0000", CultureInfo.InvariantCulture),
        };

    public override string ToString() => $"{Name}: {Number(Value)} {Unit}, ratio {Number(Ratio)} to {To}, goal {Goal}, {Outcome}";
}
