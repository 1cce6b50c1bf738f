using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Claimer.Tests;

/// <summary>Claims that the contract would refuse: nothing is sent.</summary>
public sealed class RefusalTests : SingleApplication
{
    [Fact]
    public async Task A_key_that_does_not_own_the_authority_stops_the_application_and_names_both_accounts()
    {
        Consensus.Owner = Them;
        await Host.AddEpochAsync(Echo, 3, Root);

        await Host.PassAsync();

        await ShouldHaveStoppedAsync(
            InoperableKind.Failed,
            "epoch 3",
            $"account {Us}",
            $"owner {Them}",
            Consensus.Address.ToString(),
            "section Signer"
        );
        Chain.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_authority_that_is_changing_hands_stops_nothing()
    {
        Consensus.Owner = Them;
        Consensus.SettledOwner = Us;
        await Host.AddEpochAsync(Echo, 3, Root);

        (await Host.PassAsync()).ShouldBe(0);
        (await Host.PassAsync()).ShouldBe(0);

        (await Host.ApplicationAsync(Echo)).State.ShouldBe(ApplicationState.Enabled);
        Host.Log.AtLeast(LogLevel.Warning).Single().ShouldContain("changing hands");
    }

    [Fact]
    public async Task An_owner_that_cannot_be_read_stops_nothing()
    {
        Consensus.Owner = Them;
        Chain.FailCall = call =>
            call.Data.AsSpan().SequenceEqual(ConsensusContract.Owner(call.To).Data)
                ? new EthereumRpcException("eth_call", -32000, "missing trie node")
                : null;
        await Host.AddEpochAsync(Echo, 3, Root);

        (await Host.PassAsync()).ShouldBe(0);
        (await Host.PassAsync()).ShouldBe(0);

        (await Host.ApplicationAsync(Echo)).State.ShouldBe(ApplicationState.Enabled);
        Host.Log.AtLeast(LogLevel.Warning).Single().ShouldContain("missing trie node");
    }

    [Fact]
    public async Task A_refusal_that_lasts_is_one_warning_however_many_heads_find_it_again()
    {
        Consensus.Refusal = "Pausable: paused";
        await Host.AddEpochAsync(Echo, 3, Root);

        for (var head = 0; head < 3; head++)
            (await Host.PassAsync()).ShouldBe(0);
        Host.Log.AtLeast(LogLevel.Warning).Single().ShouldContain("Pausable: paused");

        Consensus.Refusal = "another reason";
        await Host.PassAsync();
        Host.Log.AtLeast(LogLevel.Warning).Count.ShouldBe(2);

        Consensus.Refusal = null;
        (await Host.PassAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Another_epoch_length_than_the_contract_s_stops_the_application()
    {
        var seven = Chain.Deploy(new FakeConsensus(FakeChain.AddressOf(21), 7) { Owner = Us });
        var app = await Host.AddApplicationAsync("seven", FakeChain.AddressOf(11), seven.Address);
        await Host.AddEpochAsync(app, 3, Root);

        await Host.PassAsync();

        var stopped = await Host.ApplicationAsync(app);
        stopped.ReasonKind.ShouldBe(InoperableKind.Failed);
        stopped.Reason!.ShouldContain("NotEpochFinalBlock(39, 7)");
        stopped.Reason!.ShouldContain("10 blocks an epoch");
    }

    [Fact]
    public async Task The_application_works_again_once_the_operator_has_given_the_right_key()
    {
        Consensus.Owner = Them;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();

        await Host.SetStateAsync(Echo);
        await using var restarted = await Host.AnotherAsync(Chain, new FakeSigner(Them));
        (await restarted.PassAsync()).ShouldBe(1);

        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimAccepted);
    }

    [Fact]
    public async Task A_claim_that_is_too_early_for_the_endpoint_is_tried_again_without_noise()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        Chain.EstimateBehind = 70;

        (await Host.PassAsync()).ShouldBe(0);
        Host.Log.AtLeast(LogLevel.Warning).ShouldBeEmpty();
        Host.Log.AtLeast(LogLevel.Information).ShouldContain(line => line.Contains("NotPastBlock(39, 31)"));
        Chain.EstimateBehind = 0;

        (await Host.PassAsync()).ShouldBe(1);
    }
}
