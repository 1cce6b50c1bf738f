using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>Where and on which code it was measured.</summary>
internal static class Machine
{
    /// <summary>Commit, processor, memory, kernel and the versions of runtime and servers, in one sentence each.</summary>
    public static string Describe() =>
        $"Commit {Commit()}. {Environment.ProcessorCount} cores ({Field("/proc/cpuinfo", "model name")}), "
        + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:0} GB, {RuntimeInformation.OSDescription}, "
        + $"Linux {Environment.OSVersion.Version}, {RuntimeInformation.FrameworkDescription}, "
        + $"PostgreSQL {Postgres()}, RabbitMQ {Rabbit()}. "
        + "Servers, services and comparisons on this one machine; fsync and confirms on.";

    /// <summary>The load average over one minute: processes that ran or waited for the disk.</summary>
    public static double Load() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static string Commit()
    {
        var commit = Run("git", "-C", RepositoryFolder.Path, "rev-parse", "--short=12", "HEAD");
        return Run("git", "-C", RepositoryFolder.Path, "status", "--porcelain", "--untracked-files=no").Length == 0
            ? commit
            : commit + " with changes";
    }

    private static string Field(string file, string name) =>
        File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':')[1].Trim()
                ?? "unknown"
            : "unknown";

    private static string Postgres() =>
        Newest("/usr/lib/postgresql") is { } folder ? Run(folder + "/bin/postgres", "--version").Split(' ')[2] : "unknown";

    private static string Rabbit() => Newest("/usr/lib/rabbitmq/lib")?.Split('-')[^1] ?? "unknown";

    private static string? Newest(string folder) =>
        Directory.Exists(folder) ? Directory.GetDirectories(folder).Order().LastOrDefault() : null;

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return text;
    }
}
