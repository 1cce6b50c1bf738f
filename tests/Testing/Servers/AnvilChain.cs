using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Rollups.Devnet;
using Xunit;

namespace Rollups.Testing;

/// <summary>
/// An Anvil with the rollups contracts for one test class, as a class fixture: <c>IClassFixture&lt;AnvilChain&gt;</c>. A node that
/// connects by <see cref="HttpEndpoint"/> can be cut off from it.
/// </summary>
public sealed class AnvilChain : IFaultyServer, IAsyncLifetime
{
    private AnvilProcess? _anvil;
    private DevnetChain? _chain;
    private RollupsContracts? _contracts;
    private TcpRelay? _relay;
    private JsonNode? _state;

    /// <inheritdoc />
    public string Name => "anvil";

    /// <summary>The process and its endpoints.</summary>
    public AnvilProcess Anvil => _anvil ?? throw NotStarted();

    /// <summary>Unlocked accounts and controls of blocks.</summary>
    public DevnetChain Chain => _chain ?? throw NotStarted();

    /// <summary>The deployed contracts.</summary>
    public RollupsContracts Contracts => _contracts ?? throw NotStarted();

    /// <summary>JSON-RPC over a connection that <see cref="CutAsync"/> breaks.</summary>
    public Uri HttpEndpoint => new($"http://127.0.0.1:{Relay.Port}");

    /// <summary>The same over WebSocket.</summary>
    public Uri WebSocketEndpoint => new($"ws://127.0.0.1:{Relay.Port}");

    private TcpRelay Relay => _relay ??= TcpRelay.Start(() => Anvil.Port);

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        _anvil = await AnvilProcess.StartAsync(0, CancellationToken.None);
        _chain = new DevnetChain(_anvil.HttpEndpoint);
        _contracts = await RollupsContracts.DeployAsync(_chain, CancellationToken.None);
    }

    /// <inheritdoc />
    public Task CutAsync(CancellationToken cancellationToken)
    {
        Relay.Cut();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task PauseAsync(CancellationToken cancellationToken) => SignalAsync("STOP", cancellationToken);

    /// <inheritdoc />
    public Task ContinueAsync(CancellationToken cancellationToken) => SignalAsync("CONT", cancellationToken);

    /// <summary>
    /// Ends Anvil; keeps its blocks, with their transactions and logs, for <see cref="ResumeAsync"/>. Blocks mined while they are
    /// written are lost, as after a crash, but none that Anvil has called final.
    /// </summary>
    public async Task HaltAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var kept = await Chain.HeadAsync(cancellationToken);
            _state = await Chain.RpcAsync("anvil_dumpState", [], cancellationToken);
            await Chain.RpcAsync("evm_setAutomine", [false], cancellationToken);
            if (await Chain.HeadAsync(cancellationToken) - kept <= AnvilProcess.BlocksToFinality)
                break;
            await Chain.RpcAsync("evm_setAutomine", [true], cancellationToken);
        }

        await Anvil.DisposeAsync();
    }

    /// <inheritdoc />
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (_state is not { } state)
            return;
        _state = null;
        _anvil = await AnvilProcess.StartAsync(Anvil.Port, cancellationToken);
        await Chain.RpcAsync("anvil_loadState", [state.DeepClone()], cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
            await _relay.DisposeAsync();
        if (_chain is not null)
            await _chain.DisposeAsync();
        if (_anvil is not null)
            await _anvil.DisposeAsync();
    }

    private async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-" + signal, Anvil.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    private static InvalidOperationException NotStarted() =>
        new("Anvil has not started: use this class as a fixture, or call InitializeAsync.");
}
