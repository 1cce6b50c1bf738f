using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Machines.Host;
using Rollups.Testing;

namespace Rollups.Machines.Tests.Host;

/// <summary>A factory of host machines with what it signals, logs and shows.</summary>
internal sealed class HostStage : IBackendOutput, IAsyncDisposable
{
    public static readonly Address Application = Address.Parse("0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e");
    public static readonly Address Sender = Address.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");

    private readonly HostMachineFactory _factory;
    private readonly ILoggerFactory _loggers;
    private readonly MachineSignals _signals = new(TimeProvider.System);

    public HostStage(HostMachineOptions? options = null, ulong chain = 31337)
    {
        Options = options ?? new HostMachineOptions();
        _loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log));
        _factory = new HostMachineFactory(
            Options,
            new HostChain(chain),
            _signals,
            this,
            TimeProvider.System,
            _loggers.CreateLogger<HostMachineFactory>()
        );
        _signals.Woken += application => Woken.TrySetResult(application);
    }

    public HostMachineOptions Options { get; }

    public IMachineFactory Factory => _factory;

    public RecordedLog Log { get; } = new();

    public int Port { get; } = AnvilProcess.FreePort();

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>The first application that may go on.</summary>
    public TaskCompletionSource<Address> Woken { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lines that backends printed.</summary>
    public BlockingCollection<string> Lines { get; } = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public Task<IRollupsMachine> CreateAsync() => Factory.CreateAsync($"host:{Port}", Application, Cancel);

    public FakeBackend Backend() => new(Url);

    public void ForgetSignals() => Woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>An input as the InputBox encodes it.</summary>
    public static byte[] Input(ulong index, string payload) =>
        new EvmAdvance(
            31337,
            Application,
            Sender,
            123,
            1735689600,
            Hash32.Parse("0x000000000000000000000000000000000000000000000000000000000000002a"),
            index,
            Encoding.UTF8.GetBytes(payload)
        ).Encode();

    public static async Task<AdvanceResult> AdvanceAsync(IRollupsMachine machine, ulong index, string payload = "hello")
    {
        var result = await machine.AdvanceAsync(index, Input(index, payload), Cancel);
        await machine.AdoptAsync(Cancel);
        return result;
    }

    void IBackendOutput.Write(Address application, string line) => Lines.Add(line);

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        _signals.Dispose();
        _loggers.Dispose();
        Lines.Dispose();
    }
}
