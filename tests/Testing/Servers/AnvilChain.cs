using Rollups.Devnet;
using Xunit;

namespace Rollups.Testing;

/// <summary>An Anvil with the rollups contracts for one test class, as a class fixture: <c>IClassFixture&lt;AnvilChain&gt;</c>.</summary>
public sealed class AnvilChain : IAsyncLifetime
{
    private AnvilProcess? _anvil;
    private DevnetChain? _chain;
    private RollupsContracts? _contracts;

    /// <summary>The process and its endpoints.</summary>
    public AnvilProcess Anvil => _anvil ?? throw NotStarted();

    /// <summary>Unlocked accounts and controls of blocks.</summary>
    public DevnetChain Chain => _chain ?? throw NotStarted();

    /// <summary>The deployed contracts.</summary>
    public RollupsContracts Contracts => _contracts ?? throw NotStarted();

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        _anvil = await AnvilProcess.StartAsync(0, CancellationToken.None);
        _chain = new DevnetChain(_anvil.HttpEndpoint);
        _contracts = await RollupsContracts.DeployAsync(_chain, CancellationToken.None);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_chain is not null)
            await _chain.DisposeAsync();
        if (_anvil is not null)
            await _anvil.DisposeAsync();
    }

    private static InvalidOperationException NotStarted() => new("Anvil has not started: use this class as a fixture, or call InitializeAsync.");
}
