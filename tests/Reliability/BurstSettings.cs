using System.Globalization;

namespace Rollups.Reliability.Tests;

/// <summary>How large the burst is: a short form in the suite, eng/burst.sh sets the long one by variables.</summary>
/// <param name="Inputs">Inputs of the large application.</param>
/// <param name="Pause">The consumers stand still for at least as long.</param>
/// <param name="ResultFile">Where the figures go; null for nowhere.</param>
internal sealed record BurstSettings(int Inputs, TimeSpan Pause, string? ResultFile)
{
    public static BurstSettings Read() =>
        new(
            Number("ROLLUPS_BURST_INPUTS") ?? 3_000,
            TimeSpan.FromSeconds(Number("ROLLUPS_BURST_PAUSE") ?? 0),
            Environment.GetEnvironmentVariable("ROLLUPS_BURST_RESULT")
        );

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
}
