using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Machines.Cartesi;
using Rollups.Machines.Cartesi.Rpc;
using Rollups.Machines.Cartesi.Servers;
using Rollups.Machines.Tests.Host;
using Rollups.Testing;

namespace Rollups.Machines.Tests.Cartesi;

/// <summary>A factory of Cartesi machines, on the stand-in or on a real server.</summary>
internal sealed class CartesiStage : IAsyncDisposable
{
    // Read alone.
    private static readonly Lazy<string> Recorded = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("rollups-cartesi-template-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        return StandInMachine.WriteTemplate(Path.Combine(folder.FullName, "template"));
    });

    private readonly ILoggerFactory _loggers;

    /// <param name="kind">Stand-in or real.</param>
    /// <param name="options">Settings; the server's path is set here.</param>
    /// <param name="server">Further options of the stand-in.</param>
    /// <param name="template">Values of the stored template that differ from the recorded ones, as JSON.</param>
    public CartesiStage(string kind = StandInMachine.Name, CartesiMachineOptions? options = null, string server = "", string template = "")
    {
        Options = options ?? new CartesiMachineOptions();
        Folder = Directory.CreateTempSubdirectory("rollups-cartesi-").FullName;
        IsReal = kind == StandInMachine.Real;
        if (IsReal)
        {
            (Options.ServerPath, Template) = (StandInMachine.RealServer!, StandInMachine.RealTemplate!);
        }
        else
        {
            Template = template.Length == 0 ? Recorded.Value : StandInMachine.WriteTemplate(Path.Combine(Folder, "template"), template);
            Options.ServerPath = StandInMachine.WriteServer(Folder, server);
        }

        _loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log));
        Logger = _loggers.CreateLogger<CartesiMachineFactory>();
        Options.RemoteRecordFolder = Path.Combine(Folder, "machine-servers");
        Factory = new CartesiMachineFactory(Options, TimeProvider.System, Logger);
    }

    public bool IsReal { get; }

    public CartesiMachineOptions Options { get; }

    public CartesiMachineFactory Factory { get; }

    /// <summary>Of the factory; its lines are in <see cref="Log"/>.</summary>
    public ILogger<CartesiMachineFactory> Logger { get; }

    public RecordedLog Log { get; } = new();

    /// <summary>Folder of this stage, with what the stand-in was asked.</summary>
    public string Folder { get; }

    /// <summary>Folder of the stored machine.</summary>
    public string Template { get; }

    public string Uri => $"cartesi:{Template}";

    /// <summary>Whether the next machine records its states.</summary>
    public bool RecordsStates { get; set; }

    /// <summary>Limits of the next machine.</summary>
    public ExecutionParameters Limits { get; } = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public Task<IRollupsMachine> CreateAsync() => Factory.CreateAsync(Uri, HostStage.Application, Limits, RecordsStates, Cancel);

    /// <summary>The stand-in's next call of that method fails in that way.</summary>
    public void Fail(string method, string fault, int callsBefore = 0) => StandInMachine.Fail(Folder, method, fault, callsBefore);

    /// <summary>Whether that fault has happened.</summary>
    public bool HasFailed(string method, string fault) => StandInMachine.HasFailed(Folder, method, fault);

    /// <summary>Calls of a method, in all processes.</summary>
    public int Calls(string method) => CallLog().Count(call => call.Method == method);

    /// <summary>The stand-in's processes that are alive.</summary>
    public IReadOnlyList<int> Alive() =>
        [.. CallLog().Select(call => call.Pid).Distinct().Where(pid => ProcessTable.StartTime(pid) is not null)];

    /// <summary>Waits until no more processes of the stand-in are left than that, and no fewer than the least.</summary>
    public async Task OnlyAliveAsync(int most, int least = 0)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Hang.Limit);
        while (Alive().Count is var count && (count > most || count < least))
            await Task.Delay(20, limit.Token);
    }

    /// <summary>Waits until no process of the stand-in is left.</summary>
    public Task NobodyAliveAsync() => OnlyAliveAsync(0);

    /// <summary>
    /// The states of an input after the accepted ones of the records, as the server's own collector gives them; of the stand-in, as
    /// recorded.
    /// </summary>
    public async Task<IReadOnlyList<Hash32>> CollectAsync(byte[] input)
    {
        if (!IsReal)
            return
            [
                .. RecordedScene
                    .Results("prt_collect", "machine.collect_mcycle_root_hashes")
                    .Single()
                    .GetProperty("hashes")
                    .EnumerateArray()
                    .Select(hash => new Hash32(hash.GetBytesFromBase64())),
            ];
        await using var machine = (CartesiMachine)await CreateAsync();
        foreach (var (before, scene) in RecordedScene.Accepted.Index())
            await machine.AdvanceAsync((ulong)before, RecordedScene.Input(scene), Cancel);
        await machine.AdoptAsync(Cancel);
        using var connection = new RpcConnection("127.0.0.1", machine.Resident.Port, TimeProvider.System);
        using var answers = await connection.CallAsync(
            [
                new CmioRequest(input, machine.StateHash).Call(),
                new RpcCall(
                    "machine.collect_mcycle_root_hashes",
                    json =>
                    {
                        json.WriteNumber("mcycle_end", ulong.MaxValue);
                        json.WriteNumber("log2_mcycle_period", 24);
                        json.WriteNumber("mcycle_phase", 0);
                        json.WriteNumber("log2_bundle_mcycle_count", 0);
                        json.WriteNull("previous_partial_bundle");
                    }
                ),
            ],
            TimeSpan.FromMinutes(3),
            close: false,
            Cancel
        );
        _ = answers[0];
        return [.. answers.Field(1, "hashes").EnumerateArray().Select(hash => answers.HashOf(hash, 1))];
    }

    public static async Task<AdvanceResult> StageAsync(IRollupsMachine machine, ulong index, string payload) =>
        await machine.AdvanceAsync(index, HostStage.Input(index, payload), Cancel);

    public ValueTask DisposeAsync()
    {
        Factory.Dispose();
        _loggers.Dispose();
        foreach (var pid in IsReal ? [] : Alive())
            Machines.Host.ProcessGroup.EndProcess(pid);
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
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
