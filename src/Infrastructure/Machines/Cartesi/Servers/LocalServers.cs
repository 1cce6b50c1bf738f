using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Machines.Cartesi.Rpc;
using Rollups.Machines.Host;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>Machine servers that are processes of this host, in one process group, which ends with this object.</summary>
internal sealed partial class LocalServers : IMachineServers
{
    // The guest's console and the terminal's keys are no business of the node; exec keeps the pid.
    private const string Quiet = "exec \"$0\" \"$@\" </dev/null >/dev/null";
    private const int KeptLines = 3;

    private readonly Process _process;
    private readonly Queue<string> _lines = [];
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private MachineServer? _first;
    private int _isDisposed;

    private LocalServers(Process process) => _process = process;

    public MachineServer First => _first!;

    public string LastWords
    {
        get
        {
            lock (_lock)
                return string.Join(" / ", _lines);
        }
    }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <exception cref="MachineException">It cannot be started, or its version is unknown.</exception>
    public static async Task<LocalServers> StartAsync(
        CartesiMachineOptions options,
        Address application,
        TimeSpan callTimeout,
        TimeProvider clock,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        if (OperatingSystem.IsWindows())
            throw new MachineException(
                "Machine servers run on Linux and macOS: register the application with cartesi://HOST:PORT/FOLDER."
            );
        var start = new ProcessStartInfo("/bin/sh", ["-c", Quiet, options.ServerPath, "--server-address=127.0.0.1:0", "--log-level=info"])
        {
            RedirectStandardError = true,
        };
        // The node's settings may hold keys and passwords; the server needs none of them.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ROLLUPS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        // Otherwise its threads spin between the calls, and each call costs two to ten times as much.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        if (OrphanedServers.Owner is { } owner)
            start.Environment[OrphanedServers.OwnerVariable] = owner;
        var servers = new LocalServers(new Process { StartInfo = start, EnableRaisingEvents = true });
        try
        {
            await servers.RunAsync(options, application, callTimeout, clock, logger, cancellationToken);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    public Task<MachineServer> ForkAsync(MachineServer parent, CancellationToken cancellationToken) => parent.ForkAsync(cancellationToken);

    public void GiveWay(MachineServer server) => Niceness.Raise(server.Pid);

    public Task EndAsync(MachineServer server)
    {
        server.Dispose();
        // A pid that is not in the group any more may be another program's.
        if (ProcessGroup.Of(server.Pid) == First.Pid)
            ProcessGroup.EndProcess(server.Pid);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        // Once: later the number may be another program's group.
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
            return ValueTask.CompletedTask;
        if (_first is { } first)
        {
            first.Dispose();
            // The forks live on when their parent is killed: only the group has them all.
            ProcessGroup.End(first.Pid);
        }

        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, or was never started.
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task RunAsync(
        CartesiMachineOptions options,
        Address application,
        TimeSpan callTimeout,
        TimeProvider clock,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        _process.Exited += (_, _) => _port.TrySetResult(0);
        _process.ErrorDataReceived += (_, line) => Read(line.Data, application, logger);
        _process.Start();
        _process.BeginErrorReadLine();
        try
        {
            var port = await _port.Task.WaitAsync(options.StartTimeout, clock, cancellationToken);
            if (port == 0)
                throw new MachineException(
                    $"The machine server '{options.ServerPath}' ended at its start ({Words()}): install Cartesi's machine emulator 0.21, "
                        + $"or set {CartesiMachineOptions.Section}:ServerPath to its cartesi-jsonrpc-machine."
                );
            _first = new MachineServer("127.0.0.1", port, _process.Id, callTimeout, clock);
            await SupportedServer.EnsureAsync(_first, $"The machine server '{options.ServerPath}'", cancellationToken);
            await _first.EmancipateAsync(cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new MachineException(
                $"The machine server '{options.ServerPath}' did not start within {options.StartTimeout.TotalSeconds:0.#} s ({Words()})."
            );
        }
    }

    private string Words() => LastWords is { Length: > 0 } words ? words : "it printed nothing";

    private void Read(string? line, Address application, ILogger logger)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            _lines.Enqueue(Hex.Clip(line));
            if (_lines.Count > KeptLines)
                _lines.Dequeue();
        }

        LogLine(logger, application, line);
        if (Bound().Match(line) is { Success: true } bound && int.TryParse(bound.Groups[1].ValueSpan, out var port))
            _port.TrySetResult(port);
    }

    [GeneratedRegex(@"server bound to \S+:(\d+)")]
    private static partial Regex Bound();

    [LoggerMessage(640, LogLevel.Debug, "machine server of {Application} | {Line}")]
    private static partial void LogLine(ILogger logger, Address application, string line);
}
