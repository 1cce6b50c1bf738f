using System.Globalization;

namespace Rollups.Reliability.Tests;

/// <summary>
/// How long and with which chance services are killed: a short form in the suite, eng/soak.sh sets the long one by variables.
/// </summary>
/// <param name="Kills">Number of kills.</param>
/// <param name="Seed">Decides victims and moments.</param>
/// <param name="Replicas">Processes of every service.</param>
/// <param name="MeanPause">Mean time from one kill to the next.</param>
/// <param name="ResultFile">Where the line of figures goes; null for nowhere.</param>
internal sealed record SoakSettings(int Kills, int Seed, int Replicas, TimeSpan MeanPause, string? ResultFile)
{
    /// <summary>Seconds for which a server is away in the tests of outages.</summary>
    public static int OutageSeconds => Number("ROLLUPS_OUTAGE_SECONDS") ?? 12;

    /// <summary>How often the connections to each server are cut in those tests.</summary>
    public static int OutageCuts => Number("ROLLUPS_OUTAGE_CUTS") ?? 1;

    /// <summary>Seconds for which each fault of the L1 endpoint goes on.</summary>
    public static int FaultSeconds => Number("ROLLUPS_FAULT_SECONDS") ?? 1;

    /// <summary>Decides the order of those faults.</summary>
    public static int FaultSeed => Number("ROLLUPS_FAULT_SEED") ?? 732;

    public static SoakSettings Read()
    {
        var kills = Number("ROLLUPS_SOAK_KILLS") ?? 15;
        var pause = Number("ROLLUPS_SOAK_MINUTES") is { } minutes ? TimeSpan.FromMinutes(minutes) / kills : TimeSpan.FromSeconds(1.5);
        return new SoakSettings(
            kills,
            Number("ROLLUPS_SOAK_SEED") ?? 732,
            Number("ROLLUPS_SOAK_REPLICAS") ?? 1,
            pause,
            Environment.GetEnvironmentVariable("ROLLUPS_SOAK_RESULT")
        );
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
}
