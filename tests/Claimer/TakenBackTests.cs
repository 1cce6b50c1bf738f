using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;
using Rollups.Transactions;

namespace Rollups.Claimer.Tests;

/// <summary>L1 goes back under claims that it had accepted.</summary>
public sealed class TakenBackTests : SingleApplication
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_claim_whose_acceptance_went_with_its_block_is_sent_again_and_accepted_in_the_next_round(bool isDown)
    {
        Chain.FinalLag = 50;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimAccepted);

        Chain.GoBack(100);
        Chain.Mine(3);
        await using var other = isDown ? await Host.AnotherAsync(Chain, new FakeSigner(Us)) : null;
        var host = other ?? Host;
        await host.PassAsync();

        var epoch = await Host.EpochAsync(Echo, 3);
        (epoch.Status, epoch.ClaimRound).ShouldBe((EpochStatus.ClaimAccepted, 1));
        epoch.AcceptanceBlockNumber.ShouldBe(104ul);
        epoch.ClaimRevertedAt.ShouldNotBeNull();
        (await Host.EventsAsync()).ShouldBe([
            "EpochClaimSubmitted",
            "EpochClaimAccepted",
            "EpochClaimReverted",
            "EpochClaimSubmitted",
            "EpochClaimAccepted",
        ]);
        // The same bytes: their nonce was free again.
        Chain.Sent.Distinct().Count().ShouldBe(1);
        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Confirmed);
        host.Log.AtLeast(LogLevel.Warning).ShouldContain(line => line.Contains("took back the claim of epoch 3, which was accepted"));
    }

    [Fact]
    public async Task On_a_chain_without_finality_a_claim_is_taken_back_as_on_any_other()
    {
        Chain.FailBlock = tag =>
            tag == BlockTag.Finalized ? new EthereumRpcException("eth_getBlockByNumber", -32000, "finalized block not found") : null;
        await Host.AddEpochAsync(Echo, 3, Root);
        for (var i = 0; i < 5; i++)
            await Host.PassAsync();
        var accepted = await Host.EpochAsync(Echo, 3);
        (accepted.Status, accepted.IsProvisional).ShouldBe((EpochStatus.ClaimAccepted, true));
        Host.Log.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("refuses to name its finalized block");

        Chain.GoBack(100);
        Chain.Mine(3);
        await Host.PassAsync();

        var epoch = await Host.EpochAsync(Echo, 3);
        (epoch.Status, epoch.ClaimRound).ShouldBe((EpochStatus.ClaimAccepted, 1));
    }

    [Fact]
    public async Task Of_all_epochs_those_are_taken_back_whose_blocks_are_gone_and_no_others()
    {
        Chain.FinalLag = 50;
        for (ulong index = 1; index <= 3; index++)
            await Host.AddEpochAsync(Echo, index, FakeChain.HashOf($"root {index}"));
        await Host.PassAsync();
        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimAccepted);

        Chain.GoBack(101);
        Chain.Mine(5);
        await Host.PassAsync();

        (await Host.EpochAsync(Echo, 1)).ClaimRound.ShouldBe(0);
        foreach (var index in new ulong[] { 2, 3 })
        {
            var epoch = await Host.EpochAsync(Echo, index);
            (epoch.Status, epoch.ClaimRound).ShouldBe((EpochStatus.ClaimAccepted, 1));
        }

        (await Host.TransactionsAsync()).ShouldAllBe(row => row.State == TransactionState.Confirmed);
    }

    [Fact]
    public async Task The_same_transaction_in_another_block_is_found_there_and_not_sent_again()
    {
        Chain.FinalLag = 50;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();

        Chain.GoBack(100);
        Chain.Mine(2);
        Claim(Us, 3, Root);
        await Host.PassAsync();

        var epoch = await Host.EpochAsync(Echo, 3);
        (epoch.Status, epoch.ClaimRound, epoch.AcceptanceBlockNumber).ShouldBe((EpochStatus.ClaimAccepted, 1, 103ul));
        Chain.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task While_the_chain_is_shorter_nothing_is_judged()
    {
        Chain.FinalLag = 50;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.GoBack(100);

        await Host.PassAsync();

        (await Host.EpochAsync(Echo, 3)).Status.ShouldBe(EpochStatus.ClaimAccepted);
    }

    [Fact]
    public async Task What_is_final_is_not_watched_any_more()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        (await Host.EpochAsync(Echo, 3)).IsProvisional.ShouldBeTrue();
        await Host.PassAsync();
        (await Host.EpochAsync(Echo, 3)).IsProvisional.ShouldBeFalse();

        var asked = Chain.BlockLookups.Count;
        Chain.GoBack(100);
        Chain.Mine(3);
        await Host.PassAsync();

        Chain.BlockLookups.Count.ShouldBe(asked);
        (await Host.EpochAsync(Echo, 3)).ClaimRound.ShouldBe(0);
    }

    [Fact]
    public async Task A_block_that_goes_while_the_node_asks_what_is_final_is_not_taken_for_final()
    {
        Chain.FinalLag = 2;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        (await Host.EpochAsync(Echo, 3)).AcceptanceBlockNumber.ShouldBe(101ul);
        Chain.BeforeFinal = () =>
        {
            Chain.GoBack(100);
            Chain.Mine(10);
        };

        await Host.PassAsync();
        Chain.BeforeFinal.ShouldBeNull();
        Chain.Mine();
        await Host.PassAsync();

        var epoch = await Host.EpochAsync(Echo, 3);
        (epoch.Status, epoch.ClaimRound).ShouldBe((EpochStatus.ClaimAccepted, 1));
        epoch.AcceptanceBlockNumber!.Value.ShouldBeGreaterThan(110ul);
    }

    [Fact]
    public async Task Under_finalized_nothing_is_ever_watched()
    {
        await using var host = await ClaimerService.CreateAsync(Chain, new FakeSigner(Us), ("Ethereum:DefaultBlock", "finalized"));
        var app = await host.AddApplicationAsync("echo", App, Consensus.Address);
        await host.AddEpochAsync(app, 3, Root);
        await host.PassAsync();
        await host.PassAsync();

        (await host.EpochAsync(app, 3)).Status.ShouldBe(EpochStatus.ClaimAccepted);
        (await host.EpochAsync(app, 3)).IsProvisional.ShouldBeFalse();
        Chain.BlockLookups.Count.ShouldBe(0);
    }
}

/// <summary>The same of a Quorum, where a claim is submitted long before it is accepted.</summary>
public sealed class TakenBackVoteTests : SingleApplication
{
    private protected override FakeConsensus Deployment() =>
        new(FakeChain.AddressOf(20), SeededRows.EpochLength, Us, Them, FakeChain.AddressOf(3));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_vote_that_went_with_its_block_is_cast_again(bool isDown)
    {
        Chain.FinalLag = 50;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimSubmitted);

        Chain.GoBack(100);
        Chain.Mine(3);
        await using var other = isDown ? await Host.AnotherAsync(Chain, new FakeSigner(Us)) : null;
        await (other ?? Host).PassAsync();

        var epoch = await Host.EpochAsync(Echo, 3);
        (epoch.Status, epoch.ClaimRound, epoch.ClaimBlockNumber).ShouldBe((EpochStatus.ClaimSubmitted, 1, 104ul));
        (await Host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimReverted", "EpochClaimSubmitted"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_acceptance_that_went_with_its_block_leaves_our_vote_where_it_is(bool isDown)
    {
        Chain.FinalLag = 50;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Claim(Them, 3, Root);
        await Host.PassAsync();
        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimAccepted);

        Chain.GoBack(101);
        Chain.Mine(3);
        await using var other = isDown ? await Host.AnotherAsync(Chain, new FakeSigner(Us)) : null;
        var host = other ?? Host;
        await host.PassAsync();
        (await Host.EpochAsync(Echo, 3)).Status.ShouldBe(EpochStatus.ClaimSubmitted);
        Claim(Them, 3, Root);
        await host.PassAsync();

        var epoch = await Host.EpochAsync(Echo, 3);
        (epoch.Status, epoch.ClaimRound, epoch.ClaimBlockNumber).ShouldBe((EpochStatus.ClaimAccepted, 1, 101ul));
        Chain.Sent.Count.ShouldBe(1);
        (await Host.ReadAsync(db => db.Applications.Select(app => app.State).SingleAsync(TestContext.Current.CancellationToken))).ShouldBe(
            ApplicationState.Enabled
        );
    }

    /// <summary>DIVERGED is final: only what L1 still has may stop an application so.</summary>
    [Fact]
    public async Task Another_claim_that_goes_with_its_block_while_it_is_judged_rejects_nothing_and_stops_nothing()
    {
        Chain.FinalLag = 50;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Claim(Them, 3, OtherRoot);
        Claim(FakeChain.AddressOf(3), 3, OtherRoot);
        // It asks the Quorum for its validators after it has read the claims.
        var client = InterruptedClient.Of(
            Chain,
            Consensus.Address,
            async () =>
            {
                Chain.GoBack(100);
                Chain.Mine(5);
                (await WatchAsync()).ShouldBe(1);
            }
        );
        await using var judging = await Host.AnotherAsync(client, new FakeSigner(Us));

        (await judging.TurnAsync<SettleClaims>(Echo)).Done.ShouldBe(0);

        (await Host.ApplicationAsync(Echo)).State.ShouldBe(ApplicationState.Enabled);
        var epoch = await Host.EpochAsync(Echo, 3);
        (epoch.Status, epoch.ClaimRound).ShouldBe((EpochStatus.ClaimCalculated, 1));
        await judging.PassAsync();
        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimSubmitted);
        (await Host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimReverted", "EpochClaimSubmitted"]);
    }

    /// <summary>As above, where the application has stopped and is only observed, and where the claim is the account's own.</summary>
    [Fact]
    public async Task A_stop_because_of_a_claim_that_was_taken_back_meanwhile_is_void()
    {
        Chain.FinalLag = 50;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        var judged = await Host.EpochAsync(Echo, 3);
        Chain.GoBack(100);
        Chain.Mine(5);
        (await WatchAsync()).ShouldBe(1);

        var halted = await Host
            .Services.GetRequiredService<RecordClaims>()
            .HaltedAsync(Echo, judged, InoperableKind.Diverged, "another claim", TestContext.Current.CancellationToken);

        halted.ShouldBeFalse();
        (await Host.ApplicationAsync(Echo)).State.ShouldBe(ApplicationState.Enabled);
    }

    /// <summary>Number of applications whose claims were taken back.</summary>
    private async Task<int> WatchAsync() =>
        (await Host.Services.GetRequiredKeyedService<WatchClaims>("claimer").LookAsync(TestContext.Current.CancellationToken)).Count;
}
