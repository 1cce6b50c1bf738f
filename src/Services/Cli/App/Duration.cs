using System.Globalization;

namespace Rollups.Cli.App;

/// <summary>A time as operators of the Go node write it: <c>500ms</c>, <c>11s</c>, <c>1m</c>, <c>2h</c>.</summary>
internal static class Duration
{
    private static readonly (string Unit, ulong Milliseconds)[] Units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

    /// <summary>Reads one; false if it has no unit or is too large.</summary>
    public static bool TryParse(string text, out ulong milliseconds)
    {
        milliseconds = 0;
        foreach (var (unit, each) in Units)
        {
            if (
                !text.EndsWith(unit, StringComparison.Ordinal)
                || !ulong.TryParse(text[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number > ulong.MaxValue / each
            )
                continue;
            milliseconds = number * each;
            return true;
        }

        return false;
    }

    /// <summary>The same time in the largest unit that gives a whole number.</summary>
    public static string Text(ulong milliseconds)
    {
        var (unit, each) = Units.Last(candidate => milliseconds % candidate.Milliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / each}{unit}");
    }

    /// <summary>How long something lasts, in the two largest units: <c>3 min 20 s</c>, <c>2 d 4 h</c>.</summary>
    public static string Text(TimeSpan time) =>
        time switch
        {
            { TotalSeconds: < 1 } => "less than a second",
            { TotalMinutes: < 1 } => $"{time.Seconds} s",
            { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds} s",
            { TotalDays: < 1 } => $"{time.Hours} h {time.Minutes} min",
            _ => $"{(int)time.TotalDays} d {time.Hours} h",
        };
}
