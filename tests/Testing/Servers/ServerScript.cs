using System.Diagnostics;
using System.Globalization;

namespace Rollups.Testing;

/// <summary>Starts and stops a server by its script in eng/servers, the same that test.sh uses.</summary>
internal static class ServerScript
{
    private const int NotInstalled = 69;

    /// <summary>Starts the server in a new folder; null if its package is not installed.</summary>
    /// <exception cref="InvalidOperationException">It is installed but does not start.</exception>
    public static async Task<RunningServer?> StartAsync(string name)
    {
        var folder = NewFolder(name);
        var (exitCode, output, error) = await RunAsync(name, "start", Path.Combine(folder, name));
        if (exitCode == 0)
            return new RunningServer(output.Trim(), () => StopAsync(name, folder));
        await StopAsync(name, folder);
        return exitCode == NotInstalled ? null : throw new InvalidOperationException($"eng/servers/{name}.sh start failed: {error}");
    }

    /// <summary>A new folder that other users may enter, because PostgreSQL runs as its own user.</summary>
    public static string NewFolder(string name)
    {
        var folder = Directory.CreateTempSubdirectory("rollups-" + name + "-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        return folder;
    }

    private static async ValueTask StopAsync(string name, string folder)
    {
        await RunAsync(name, "stop", Path.Combine(folder, name));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Runs one action of the server's script.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string name,
        string action,
        string folder,
        params string[] arguments
    )
    {
        var script = Path.Combine(RepositoryFolder.Path, "eng", "servers", name + ".sh");
        var start = new ProcessStartInfo("bash", [script, action, folder, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A test program that is killed takes its servers with it.
        start.Environment["ROLLUPS_SERVER_OWNER"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
