using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Claimer.Tests;

/// <summary>One application with epochs of ten blocks, on an Authority that is ours, on a chain in memory at block 100.</summary>
public abstract class SingleApplication : IAsyncLifetime
{
    private protected static readonly Address Us = FakeChain.AddressOf(1);
    private protected static readonly Address Them = FakeChain.AddressOf(2);
    private protected static readonly Address App = FakeChain.AddressOf(10);
    private protected static readonly Hash32 Root = FakeChain.HashOf("root");
    private protected static readonly Hash32 OtherRoot = FakeChain.HashOf("another root");

    private protected FakeChain Chain { get; } = new();

    private protected FakeConsensus Consensus { get; private set; } = null!;

    private protected ServiceHost Host { get; private set; } = null!;

    private protected Application Echo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Consensus = Chain.Deploy(Deployment());
        Host = await ClaimerService.CreateAsync(Chain, new FakeSigner(Us));
        Echo = await Host.AddApplicationAsync(
            "echo",
            App,
            Consensus.Address,
            Consensus.Owner is null ? ConsensusType.Quorum : ConsensusType.Authority
        );
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Host.DisposeAsync();
    }

    private protected virtual FakeConsensus Deployment() => new(FakeChain.AddressOf(20), SeededRows.EpochLength) { Owner = Us };

    private protected Hash32 Claim(Address by, ulong epoch, Hash32 root) =>
        Chain.Send(by, Consensus.Address, ConsensusContract.SubmitClaim(App, (epoch * SeededRows.EpochLength) + 9, root));

    private protected async Task ShouldHaveStoppedAsync(InoperableKind kind, params string[] words)
    {
        var app = await Host.ApplicationAsync(Echo);
        (app.State, app.ReasonKind).ShouldBe((ApplicationState.Inoperable, kind));
        foreach (var word in words)
            app.Reason!.ShouldContain(word);
        (await Host.EventsAsync()).ShouldContain("AppInoperable");
    }
}
