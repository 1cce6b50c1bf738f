using System.Diagnostics;
using System.Runtime.InteropServices;
using Rollups.Testing;

namespace Rollups.Node.Tests;

/// <summary>The node's executable as an operator runs it: own process, own folder, a health listener on a free port.</summary>
internal sealed class NodeProcess : IDisposable
{
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("rollups-node-").FullName;
    private readonly Task<string> _error;
    private readonly Task<string> _output;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource<string> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeProcess(IReadOnlyDictionary<string, string> environment, string[] args)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && host.EndsWith("dotnet", StringComparison.Ordinal) ? host : "dotnet"
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.ArgumentList.Add(PublishedProgram.Find("Rollups.Node.dll"));
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ROLLUPS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["ROLLUPS_Database__ConnectionString"] = $"Data Source={Path.Combine(_folder, "node.db")}";
        start.Environment["ROLLUPS_Health__Address"] = "127.0.0.1:0";
        start.Environment["ROLLUPS_Inspect__Address"] = "127.0.0.1:0";
        start.Environment["ROLLUPS_Api__Address"] = "127.0.0.1:0";
        start.Environment["ROLLUPS_Api__WebAddress"] = "127.0.0.1:0";
        foreach (var (name, value) in environment)
            start.Environment["ROLLUPS_" + name] = value;
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
        _output = ReadOutputAsync();
    }

    public int Id => _process.Id;

    public string Folder => _folder;

    public static NodeProcess Start(string[] args, params (string Name, string Value)[] environment) =>
        new(environment.ToDictionary(pair => pair.Name, pair => pair.Value), args);

    /// <summary>Runs until the process ends by itself.</summary>
    public static async Task<(int ExitCode, string Error, string Output)> RunAsync(
        string[] args,
        params (string Name, string Value)[] environment
    )
    {
        using var node = Start(args, environment);
        return await node.EndAsync();
    }

    /// <summary>Waits until the node says where its health listener is; fails with the node's words when it ends instead.</summary>
    public async Task<string> ListeningAsync()
    {
        if (await Task.WhenAny(_listening.Task, _output) == _output)
            throw new InvalidOperationException($"The node ended: {await _error}");
        return await _listening.Task;
    }

    /// <summary>Waits until every service is up and the node calls itself ready.</summary>
    public async Task ReadyAsync()
    {
        var address = await ListeningAsync();
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        while (true)
        {
            using var answer = await http.GetAsync(new Uri("readyz", UriKind.Relative), TestContext.Current.CancellationToken);
            if (answer.IsSuccessStatusCode)
                return;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public void Terminate() => Kill(_process.Id, Sigterm).ShouldBe(0);

    public async Task<(int ExitCode, string Error, string Output)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, await _error, await _output);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The lines that the process has written by now.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    private async Task<string> ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_lines)
                _lines.Add(line);
            if (
                line.IndexOf("http://", StringComparison.Ordinal) is var at and >= 0
                && line.IndexOf("livez", at, StringComparison.Ordinal) is var end and >= 0
            )
                _listening.TrySetResult(line[at..end]);
        }
        return string.Join('\n', Lines);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int processId, int signal);
}
