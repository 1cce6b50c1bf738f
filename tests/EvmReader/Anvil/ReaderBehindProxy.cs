using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Registration;
using Rollups.Persistence;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Anvil;

/// <summary>
/// The service with its own heads, retries and waits, on PostgreSQL and a real Anvil, behind an endpoint that fails as told.
/// </summary>
internal sealed class ReaderBehindProxy : IAsyncDisposable
{
    private const ulong EpochLength = 20;

    private readonly AnvilChain _anvil = new();
    private JsonRpcProxy? _proxy;
    private ServiceHost? _host;
    private ulong _sent;

    public AnvilChain Anvil => _anvil;

    public JsonRpcProxy Proxy => _proxy!;

    public RecordedLog Log => _host!.Log;

    public Address Application { get; private set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ReaderBehindProxy> StartAsync(
        PostgresServer postgres,
        string tag,
        bool webSocket,
        params (string Key, string Value)[] settings
    )
    {
        var reader = new ReaderBehindProxy();
        await reader._anvil.InitializeAsync();
        reader._proxy = await JsonRpcProxy.StartAsync(reader._anvil.Anvil.HttpEndpoint, Cancel);
        var (application, authority) = await reader._anvil.Contracts.DeployAuthorityApplicationAsync(
            EpochLength,
            Keccak256.Hash([1]),
            Hash32.Zero,
            Cancel
        );
        reader.Application = application;
        var setup = (ReaderService.Setup() with { Heads = null }).With(
            ("Ethereum:DefaultBlock", tag),
            ("Ethereum:HttpEndpoint", reader.Proxy.HttpEndpoint.ToString()),
            ("Ethereum:WebSocketEndpoint", webSocket ? reader.Proxy.WebSocketEndpoint.ToString() : ""),
            ("Ethereum:PollingInterval", "00:00:00.3"),
            ("Ethereum:RequestTimeout", "00:00:00.6"),
            ("Ethereum:MaxRetries", "2"),
            ("Ethereum:RetryDelay", "00:00:00.1")
        );
        reader._host = await ServiceHost.CreateAsync(setup.With(settings), await FreshDatabase.ToMigrateAsync(postgres));
        var deployed = await reader._anvil.Chain.HeadAsync(Cancel);
        await reader._host.AddApplicationAsync(
            "echo",
            application,
            authority,
            ConsensusType.Authority,
            deployed,
            row => (row.EpochLength, row.LastInputCheckBlock) = (EpochLength, 0)
        );
        await reader._host.StartAsync();
        return reader;
    }

    public Task<T> ReadAsync<T>(Func<RollupsDbContext, Task<T>> read) => _host!.ReadAsync(read);

    public Task<Application> RowAsync() =>
        ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(app => app.Address == Application, Cancel));

    /// <summary>Deploys another application and has it registered by the service.</summary>
    public async Task<Address> RegisterAsync(string name, Hash32 salt)
    {
        var (application, _) = await _anvil.Contracts.DeployAuthorityApplicationAsync(EpochLength, Keccak256.Hash([1]), salt, Cancel);
        await _host!
            .Services.GetRequiredService<RegisterApplicationHandler>()
            .ExecuteAsync(
                new RegisterApplication
                {
                    Name = name,
                    Application = application.ToString(),
                    TemplateUri = "echo:",
                },
                Cancel
            );
        return application;
    }

    public Task AddInputAsync() => _anvil.Contracts.AddInputAsync(Application, BitConverter.GetBytes(_sent++), Cancel);

    /// <summary>Blocks go by, and the cursor is held against the chain, until it is so.</summary>
    public async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Hang.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await reached())
        {
            await _anvil.Chain.MineAsync(1, Cancel);
            await ShouldHaveProvedItsCursorAsync();
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    public Task UntilHitAsync(RpcFault fault, int count) => UntilAsync(() => Task.FromResult(fault.Hits >= count));

    /// <summary>Waits until every input of the chain is stored, and looks that each is there once, in order, as the chain has it.</summary>
    public async Task ShouldStoreEveryInputOnceAsync()
    {
        var logs = await _anvil.Chain.Client.GetLogsAsync(
            new LogFilter(
                [RollupsContracts.InputBox],
                [
                    [InputBoxContract.InputAddedTopic],
                    [InputBoxContract.ApplicationTopic(Application)],
                ],
                0,
                await _anvil.Chain.HeadAsync(Cancel)
            ),
            Cancel
        );
        await UntilAsync(() => ReadAsync(async db => await db.Inputs.CountAsync(Cancel) >= logs.Count));
        var stored = await ReadAsync(db => db.Inputs.AsNoTracking().OrderBy(input => input.Index).ToListAsync(Cancel));
        stored
            .Select(input => (input.Index, input.BlockNumber, input.TransactionHash))
            .ShouldBe(logs.Select((log, i) => ((ulong)i, log.BlockNumber, log.TransactionHash)));
        stored
            .Select(input => EvmAdvance.Decode(input.RawData).Payload)
            .ShouldBe(Enumerable.Range(0, logs.Count).Select(i => BitConverter.GetBytes((ulong)i)));
        (await RowAsync()).State.ShouldBe(ApplicationState.Enabled);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        await _anvil.DisposeAsync();
    }

    /// <summary>Every input of the blocks that the cursor calls searched is stored, by the contract's own count there.</summary>
    private async Task ShouldHaveProvedItsCursorAsync()
    {
        var row = await RowAsync();
        var cursor = row.LastInputCheckBlock;
        var stored = await ReadAsync(db => db.Inputs.CountAsync(input => input.ApplicationId == row.Id, Cancel));
        var count = await _anvil.Chain.Client.CallAsync(
            InputBoxContract.GetNumberOfInputs(RollupsContracts.InputBox, Application),
            BlockTag.At(cursor),
            Cancel
        );
        var onChain = count.Length == 0 ? 0 : new AbiReader(count).Number(0, "number of inputs");
        ((ulong)stored).ShouldBeGreaterThanOrEqualTo(onChain, $"the cursor is at block {cursor}");
    }
}
