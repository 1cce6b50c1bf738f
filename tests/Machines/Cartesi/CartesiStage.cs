using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Machines.Cartesi;
using Rollups.Machines.Cartesi.Servers;
using Rollups.Machines.Tests.Host;
using Rollups.Testing;

namespace Rollups.Machines.Tests.Cartesi;

/// <summary>
/// A factory of Cartesi machines. Its server is the stand-in beside this file, or a real one where CARTESI_JSONRPC_MACHINE names it and
/// CARTESI_MACHINE_TEMPLATE a stored machine whose guest knows the same commands.
/// </summary>
internal sealed class CartesiStage : IAsyncDisposable
{
    public const string StandIn = "stand-in";
    public const string Real = "real";

    private static readonly string? RealServer = Environment.GetEnvironmentVariable("CARTESI_JSONRPC_MACHINE");
    private static readonly string? RealTemplate = Environment.GetEnvironmentVariable("CARTESI_MACHINE_TEMPLATE");

    private static readonly string Program = Path.Combine(RepositoryFolder.Path, "tests", "Machines", "Cartesi", "Server", "server.py");

    // Read alone.
    private static readonly Lazy<string> Recorded = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("rollups-cartesi-template-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        return Store(Path.Combine(folder.FullName, "template"), "");
    });

    private readonly ILoggerFactory _loggers;

    /// <param name="kind">Stand-in or real.</param>
    /// <param name="options">Settings; the server's path is set here.</param>
    /// <param name="server">Further options of the stand-in.</param>
    /// <param name="template">Values of the stored template that differ from the recorded ones, as JSON.</param>
    public CartesiStage(string kind = StandIn, CartesiMachineOptions? options = null, string server = "", string template = "")
    {
        Options = options ?? new CartesiMachineOptions();
        Folder = Directory.CreateTempSubdirectory("rollups-cartesi-").FullName;
        IsReal = kind == Real;
        if (IsReal)
        {
            (Options.ServerPath, Template) = (RealServer!, RealTemplate!);
        }
        else
        {
            Template = template.Length == 0 ? Recorded.Value : Store(Path.Combine(Folder, "template"), template);
            Options.ServerPath = Path.Combine(Folder, "machine-server");
            WriteProgram(Options.ServerPath, $"exec python3 '{Program}' '--control={Folder}' {server} \"$@\"");
        }

        _loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log));
        Factory = new CartesiMachineFactory(Options, TimeProvider.System, _loggers.CreateLogger<CartesiMachineFactory>());
    }

    /// <summary>The stand-in, and the real server where there is one.</summary>
    public static TheoryData<string> Kinds => RealServer is null ? [StandIn] : [StandIn, Real];

    public bool IsReal { get; }

    public CartesiMachineOptions Options { get; }

    public CartesiMachineFactory Factory { get; }

    public RecordedLog Log { get; } = new();

    /// <summary>Folder of this stage, with what the stand-in was asked.</summary>
    public string Folder { get; }

    /// <summary>Folder of the stored machine.</summary>
    public string Template { get; }

    public string Uri => $"cartesi:{Template}";

    /// <summary>Limits of the next machine.</summary>
    public ExecutionParameters Limits { get; } = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public Task<IRollupsMachine> CreateAsync() => Factory.CreateAsync(Uri, HostStage.Application, Limits, Cancel);

    /// <summary>The stand-in's next call of that method fails in that way.</summary>
    public void Fail(string method, string fault, int callsBefore = 0) =>
        File.WriteAllText(Path.Combine(Folder, $"{method}.{fault}"), callsBefore.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether that fault has happened.</summary>
    public bool HasFailed(string method, string fault) => File.Exists(Path.Combine(Folder, $"{method}.{fault}.met"));

    /// <summary>Calls of a method, in all processes.</summary>
    public int Calls(string method) => CallLog().Count(call => call.Method == method);

    /// <summary>The stand-in's processes that are alive.</summary>
    public IReadOnlyList<int> Alive() =>
        [.. CallLog().Select(call => call.Pid).Distinct().Where(pid => ProcessTable.StartTime(pid) is not null)];

    /// <summary>Waits until no more processes of the stand-in are left than that.</summary>
    public async Task OnlyAliveAsync(int most)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        while (Alive().Count > most)
            await Task.Delay(20, limit.Token);
    }

    /// <summary>Waits until no process of the stand-in is left.</summary>
    public Task NobodyAliveAsync() => OnlyAliveAsync(0);

    /// <summary>Writes a program of the shell.</summary>
    public static void WriteProgram(string path, string command)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{command}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public static async Task<AdvanceResult> StageAsync(IRollupsMachine machine, ulong index, string payload) =>
        await machine.AdvanceAsync(index, HostStage.Input(index, payload), Cancel);

    public ValueTask DisposeAsync()
    {
        _loggers.Dispose();
        foreach (var pid in IsReal ? [] : Alive())
            Machines.Host.ProcessGroup.EndProcess(pid);
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string Store(string folder, string template)
    {
        using var stored = Process.Start("python3", [Program, $"--template={folder},{template}"]);
        stored.WaitForExit();
        return folder;
    }

    private IEnumerable<(int Pid, string Method)> CallLog()
    {
        var path = Path.Combine(Folder, "calls.log");
        return File.Exists(path)
            ? File.ReadAllLines(path)
                .Select(line => line.Split(' '))
                .Select(words => (int.Parse(words[0], CultureInfo.InvariantCulture), words[1]))
            : [];
    }
}
