using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Chain;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Claimer.Tests;

/// <summary>The service that sends goes by the same rules as the reader, whatever each of them is configured with.</summary>
public sealed class ChainPolicyTests
{
    private static readonly Address Us = FakeChain.AddressOf(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("finalized")]
    [InlineData("latest")]
    public async Task Nothing_is_claimed_on_replaced_inputs_that_a_database_of_latest_holds(string configured)
    {
        var chain = new FakeChain();
        var consensus = chain.Deploy(new FakeConsensus(FakeChain.AddressOf(20), SeededRows.EpochLength) { Owner = Us });
        await using var reader = await ClaimerService.CreateAsync(chain, new FakeSigner(Us));
        await LoadAsync(reader);
        await using var host = await reader.AnotherAsync(chain, new FakeSigner(Us), ("Ethereum:DefaultBlock", configured));
        var app = await host.AddApplicationAsync("echo", FakeChain.AddressOf(101), consensus.Address);
        // Read from a block that L1 does not have any more.
        await host.AddEpochAsync(app, 1, FakeChain.HashOf("root"), EpochStatus.ClaimCalculated, Input(app, block: 15));
        await LoadAsync(host);

        await host.PassAsync();

        chain.Sent.ShouldBeEmpty();
        (await host.StatusAsync(app, 1)).ShouldBe(EpochStatus.ClaimCalculated);
        host.Log.AtLeast(LogLevel.Warning)
            .ShouldContain(line => line.Contains("the claim of epoch 1 is not sent: input 0 is stored from block 15"));
    }

    [Fact]
    public async Task A_database_of_finalized_is_followed_at_its_tag_by_a_service_that_is_configured_with_latest()
    {
        var chain = new FakeChain { Lag = 30 };
        var consensus = chain.Deploy(new FakeConsensus(FakeChain.AddressOf(20), SeededRows.EpochLength) { Owner = Us });
        await using var reader = await ClaimerService.CreateAsync(chain, new FakeSigner(Us), ("Ethereum:DefaultBlock", "finalized"));
        await LoadAsync(reader);
        await using var host = await reader.AnotherAsync(chain, new FakeSigner(Us), ("Ethereum:DefaultBlock", "latest"));
        await LoadAsync(host);
        var app = await host.AddApplicationAsync("echo", FakeChain.AddressOf(101), consensus.Address);
        await host.AddEpochAsync(app, 1, FakeChain.HashOf("root"));

        await host.PassAsync();

        // Mined at once, but above the final block.
        chain.Sent.Count.ShouldBe(1);
        (await host.StatusAsync(app, 1)).ShouldBe(EpochStatus.ClaimCalculated);
        chain.Mine(40);
        await host.PassAsync();
        (await host.StatusAsync(app, 1)).ShouldBe(EpochStatus.ClaimAccepted);
    }

    [Fact]
    public async Task A_sender_that_runs_on_follows_a_looser_tag_before_it_claims_on_replaced_inputs()
    {
        var chain = new FakeChain();
        await using var host = await RunsOnAtFinalizedAsync(chain);
        var app = await host.AddApplicationAsync("echo", FakeChain.AddressOf(101), FakeChain.AddressOf(20));
        await host.AddEpochAsync(app, 1, FakeChain.HashOf("root"), EpochStatus.ClaimCalculated, Input(app, block: 15));

        await host.PassAsync();

        chain.Sent.ShouldBeEmpty();
        (await host.StatusAsync(app, 1)).ShouldBe(EpochStatus.ClaimCalculated);
        host.Log.AtLeast(LogLevel.Warning)
            .ShouldContain(line => line.Contains("the claim of epoch 1 is not sent: input 0 is stored from block 15"));
        host.Log.AtLeast(LogLevel.Warning)
            .ShouldContain(line => line.Contains("this process follows latest from now on, instead of finalized"));
    }

    [Fact]
    public async Task A_sender_that_follows_a_looser_tag_watches_its_claims_again()
    {
        var chain = new FakeChain { FinalLag = 50 };
        await using var host = await RunsOnAtFinalizedAsync(chain);
        var app = await host.AddApplicationAsync("echo", FakeChain.AddressOf(101), FakeChain.AddressOf(20));
        await host.AddEpochAsync(app, 1, FakeChain.HashOf("root"));
        await host.PassAsync();
        (await host.StatusAsync(app, 1)).ShouldBe(EpochStatus.ClaimAccepted);

        chain.GoBack(100);
        chain.Mine(3);
        await host.PassAsync();

        var epoch = await host.EpochAsync(app, 1);
        (epoch.Status, epoch.ClaimRound).ShouldBe((EpochStatus.ClaimAccepted, 1));
    }

    /// <summary>
    /// A sender that was started at finalized, and has found nothing to watch, on a database that has gone over to latest.
    /// </summary>
    private static async Task<ServiceHost> RunsOnAtFinalizedAsync(FakeChain chain)
    {
        chain.Deploy(new FakeConsensus(FakeChain.AddressOf(20), SeededRows.EpochLength) { Owner = Us });
        var host = await ClaimerService.CreateAsync(chain, new FakeSigner(Us), ("Ethereum:DefaultBlock", "finalized"));
        await LoadAsync(host);
        await host.PassAsync();
        await using var other = await host.AnotherAsync(
            chain,
            new FakeSigner(Us),
            ("Ethereum:DefaultBlock", "latest"),
            ("Ethereum:AllowLooserBlock", "true")
        );
        await LoadAsync(other);
        return host;
    }

    private static Task LoadAsync(ServiceHost host) => host.Services.GetRequiredService<LoadChainPolicy>().RunAsync(Cancel);

    private static LogEntry Input(Application app, ulong block) =>
        new(
            app.InputBoxAddress,
            [InputBoxContract.InputAddedTopic, InputBoxContract.ApplicationTopic(app.Address), Hash32.Zero],
            FakeChain.Words(AbiValue.Of([1, 2])),
            block,
            FakeChain.HashOf("taken back"),
            FakeChain.HashOf("input 0"),
            0
        );
}
