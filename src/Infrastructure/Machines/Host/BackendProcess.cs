using System.Diagnostics;
using Rollups.Domain;

namespace Rollups.Machines.Host;

/// <summary>
/// A backend that the node has started: a shell command in a process group of its own. The group ends with this object, and also if the
/// node is killed, because its watchdog then finds its stdin closed.
/// </summary>
internal sealed class BackendProcess : IAsyncDisposable
{
    private const string Watched = "exec 3<&0 </dev/null; (read -r gone <&3; kill -KILL 0) >/dev/null 2>&1 & exec 3<&-; eval \"$1\"";

    // How long it may take to end by itself.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly int _leader;
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Pid of the shell, which is the number of the process group.</summary>
    public int Id => _leader;

    /// <summary>Completes with the exit code of the command.</summary>
    public Task<int> Ended => _ended.Task;

    /// <param name="command">Command for <c>sh</c>.</param>
    /// <param name="url">Value of ROLLUP_HTTP_SERVER_URL.</param>
    /// <param name="application">Whose backend it is.</param>
    /// <param name="output">Receives its lines.</param>
    /// <exception cref="MachineException">The system cannot start it.</exception>
    public static BackendProcess Start(string command, string url, Address application, IBackendOutput output)
    {
        if (OperatingSystem.IsWindows())
            throw new MachineException("Machines:Host:Command needs Linux or macOS. Start the backend yourself.");
        // Both make the shell the leader of a new group; macOS has no setsid command.
        string[] leader = OperatingSystem.IsMacOS() ? ["perl", "-e", "use POSIX; POSIX::setsid(); exec @ARGV", "--"] : ["setsid"];
        var start = new ProcessStartInfo(leader[0], [.. leader[1..], "sh", "-c", Watched, "sh", command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The node's settings may hold keys and passwords; the backend needs none of them.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ROLLUPS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["ROLLUP_HTTP_SERVER_URL"] = url;
        // Otherwise Python holds its lines back, because its stdout is no terminal.
        start.Environment.TryAdd("PYTHONUNBUFFERED", "1");
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Show(line.Data);
        process.ErrorDataReceived += (_, line) => Show(line.Data);
        var backend = new BackendProcess(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return backend;

        void Show(string? line)
        {
            if (line is not null)
                output.Write(application, line);
        }
    }

    private BackendProcess(Process process)
    {
        _process = process;
        process.Exited += (_, _) => _ended.TrySetResult(process.ExitCode);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            process.Dispose();
            throw new MachineException($"The backend cannot be started: {exception.Message}", exception);
        }

        _leader = process.Id;
    }

    /// <summary>Ends the whole group: politely, then by force.</summary>
    public async ValueTask DisposeAsync()
    {
        ProcessGroup.Terminate(_leader);
        var asked = Stopwatch.GetTimestamp();
        while (ProcessGroup.Exists(_leader) && Stopwatch.GetElapsedTime(asked) < Grace)
            await Task.Delay(Look);
        ProcessGroup.End(_leader);
        await _ended.Task;
        _process.Dispose();
    }
}
