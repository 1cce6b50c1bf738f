using System.Diagnostics;
using Rollups.Testing;

namespace Rollups.Model.Tests;

/// <summary>Spin on moves.pml: the model with some switches becomes a program that visits every state it can reach.</summary>
internal static class ModelChecker
{
    private static readonly string Model = Path.Combine(RepositoryFolder.Path, "tests", "Model", "moves.pml");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// What Spin reports of the claim that the epoch is finished, as long as every process that can go on does so at some time.
    /// </summary>
    public static Task<string> FinishedAsync(params string[] switches) => CheckAsync(switches, ["-DNFAIR=3"], ["-a", "-f"]);

    /// <summary>What Spin reports of the assertion that no move is made twice.</summary>
    public static Task<string> NeverTwiceAsync(params string[] switches) => CheckAsync(switches, ["-DSAFETY", "-DNOCLAIM"], []);

    private static async Task<string> CheckAsync(string[] switches, string[] compile, string[] run)
    {
        var folder = Directory.CreateTempSubdirectory("rollups-model-").FullName;
        try
        {
            await RunAsync(folder, "spin", ["-a", .. switches.Select(name => "-D" + name), Model]);
            // A higher level costs more in the compiler than it saves in these short searches.
            await RunAsync(folder, "gcc", ["-w", "-O1", .. compile, "-o", "pan", "pan.c"]);
            var report = await RunAsync(folder, Path.Combine(folder, "pan"), [.. run, "-m100000", "-w25"]);
            // A search that was cut short proves nothing.
            report.ShouldNotContain("max search depth too small");
            report.ShouldNotContain("out of memory");
            return report;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string folder, string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(Cancel);
            var output = await process.StandardOutput.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
            process.ExitCode.ShouldBe(0, $"{program}: {output}{await error}");
            return output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
