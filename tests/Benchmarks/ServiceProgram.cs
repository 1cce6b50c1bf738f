using System.Globalization;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>Services of the node as a published program.</summary>
internal static class ServiceProgram
{
    // Ports of their own, so that several run beside each other.
    private static readonly (string Key, string Value)[] Own =
    [
        ("Health:Address", "127.0.0.1:0"),
        ("Inspect:Address", "127.0.0.1:0"),
        ("Ethereum:ChainId", "31337"),
    ];

    /// <param name="deployment">Where it runs.</param>
    /// <param name="services">Such as <c>validator</c>.</param>
    /// <param name="settings">More settings.</param>
    public static ProgramProcess Start(Deployment deployment, string services, params (string Key, string Value)[] settings) =>
        ProgramProcess.Start(
            "dotnet",
            [PublishedProgram.Find("Rollups.Node.dll"), "--services", services],
            deployment
                .Settings.Select(setting => (setting.Key, Value: setting.Value!))
                .Concat(Own)
                .Concat(settings)
                .ToDictionary(setting => "ROLLUPS_" + setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value)
        );

    /// <summary>The most memory that the process has held so far, in MB.</summary>
    public static double PeakMemory(ProgramProcess program) =>
        double.Parse(
            File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{program.Id}/status"))
                .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) / 1000;

    /// <summary>Waits until something holds, as long as the program runs.</summary>
    public static async Task UntilAsync(ProgramProcess program, string what, Func<Task<bool>> holds, TimeSpan limit)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (program.HasExited || TimeProvider.System.GetElapsedTime(began) > limit)
                throw new InvalidOperationException($"{what} has not come:\n" + string.Join('\n', program.Lines.TakeLast(40)));
            await Task.Delay(10);
        }
    }
}
