using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Claimer.Tests;

public sealed class AuthorityTests : SingleApplication
{
    [Fact]
    public async Task A_claim_is_sent_and_both_its_stages_are_recorded_together()
    {
        await Host.AddEpochAsync(Echo, 3, Root);

        (await Host.PassAsync()).ShouldBe(1);

        var epoch = await Host.EpochAsync(Echo, 3);
        epoch.Status.ShouldBe(EpochStatus.ClaimAccepted);
        epoch.ClaimTransactionHash.ShouldBe(Chain.Sent.Single());
        epoch.AcceptanceTransactionHash.ShouldBe(Chain.Sent.Single());
        epoch.ClaimSubmittedAt.ShouldNotBeNull();
        epoch.ClaimSettledAt.ShouldNotBeNull();
        (await Host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimAccepted"]);
        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Confirmed);
        (await Host.PassAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Claims_are_sent_in_order_each_after_the_acceptance_of_the_one_before()
    {
        for (ulong index = 1; index <= 3; index++)
            await Host.AddEpochAsync(Echo, index, FakeChain.HashOf($"root {index}"));
        Chain.Automine = false;

        await Host.PassAsync();
        Chain.Sent.Count.ShouldBe(1);
        Chain.Mine();
        await Host.PassAsync();
        (await Host.StatusAsync(Echo, 1)).ShouldBe(EpochStatus.ClaimAccepted);
        Chain.Sent.Count.ShouldBe(2);
        Chain.Mine();
        await Host.PassAsync();
        Chain.Mine();
        await Host.PassAsync();

        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        (await Host.TransactionsAsync()).Select(row => (row.EpochIndex, row.Nonce)).ShouldBe([(1ul, 0ul), (2ul, 1ul), (3ul, 2ul)]);
    }

    [Fact]
    public async Task An_epoch_waits_for_an_earlier_one_whose_claim_is_not_calculated()
    {
        await Host.AddEpochAsync(Echo, 1, Root, EpochStatus.InputsProcessed);
        await Host.AddEpochAsync(Echo, 2, OtherRoot);

        (await Host.PassAsync()).ShouldBe(0);

        Chain.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reader_mode_records_what_others_claim_and_sends_nothing()
    {
        await using var reader = await Host.AnotherAsync(
            Chain,
            null,
            ("Services:Claimer:SubmissionEnabled", "false"),
            ("Signer:Kind", "none")
        );
        await Host.AddEpochAsync(Echo, 1, Root);
        await Host.AddEpochAsync(Echo, 2, OtherRoot);
        (await reader.PassAsync()).ShouldBe(0);
        Claim(Us, 1, Root);

        (await reader.PassAsync()).ShouldBe(1);

        (await Host.StatusAsync(Echo, 1)).ShouldBe(EpochStatus.ClaimAccepted);
        (await Host.StatusAsync(Echo, 2)).ShouldBe(EpochStatus.ClaimCalculated);
        Chain.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_claim_above_the_configured_tag_does_not_count_yet()
    {
        Chain.Lag = 2;
        await Host.DisposeAsync();
        await using var host = await ClaimerService.CreateAsync(Chain, new FakeSigner(Us), ("Ethereum:DefaultBlock", "finalized"));
        var app = await host.AddApplicationAsync("echo", App, Consensus.Address);
        await host.AddEpochAsync(app, 1, Root);

        (await host.PassAsync()).ShouldBe(0);
        Chain.Mine();
        (await host.PassAsync()).ShouldBe(0);
        (await host.StatusAsync(app, 1)).ShouldBe(EpochStatus.ClaimCalculated);
        Chain.Mine();
        (await host.PassAsync()).ShouldBe(1);

        (await host.StatusAsync(app, 1)).ShouldBe(EpochStatus.ClaimAccepted);
        Chain.Sent.Count.ShouldBe(1);
        host.Log.AtLeast(LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_claim_goes_out_on_top_of_the_last_block_of_the_epoch_and_not_before_it()
    {
        await Host.AddEpochAsync(Echo, 10, Root);
        Chain.Head = 108;

        (await Host.PassAsync()).ShouldBe(0);
        Chain.Sent.ShouldBeEmpty();
        Chain.Head = 109;

        (await Host.PassAsync()).ShouldBe(1);
        Chain.Sent.Count.ShouldBe(1);
        Host.Log.AtLeast(LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_foreign_claim_stops_the_application_and_says_both_roots()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        var transaction = Claim(Us, 3, OtherRoot);

        (await Host.PassAsync()).ShouldBe(1);

        await ShouldHaveStoppedAsync(
            InoperableKind.Diverged,
            "authority_divergence_at_acceptance",
            "epoch 3",
            "last block 39",
            Root.ToString(),
            OtherRoot.ToString(),
            transaction.ToString()
        );
        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimCalculated);
        Chain.Sent.ShouldBeEmpty();
        (await Host.PassAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task An_accepted_foreign_root_of_an_epoch_without_inputs_stops_the_application()
    {
        await Host.AddEpochAsync(Echo, 1, Root);
        await Host.AddEpochAsync(Echo, 5, FakeChain.HashOf("later root"));
        Claim(Us, 3, OtherRoot);

        await Host.PassAsync();

        await ShouldHaveStoppedAsync(
            InoperableKind.Diverged,
            "authority_divergence_at_acceptance",
            "index 3",
            "last block 39",
            OtherRoot.ToString()
        );
        (await Host.StatusAsync(Echo, 1)).ShouldBe(EpochStatus.ClaimAccepted);
        (await Host.StatusAsync(Echo, 5)).ShouldBe(EpochStatus.ClaimCalculated);
    }

    [Fact]
    public async Task Accepted_claims_of_epochs_without_inputs_are_harmless_with_a_root_of_ours_or_with_none()
    {
        await Host.AddEpochAsync(Echo, 1, Root);
        await Host.AddEpochAsync(Echo, 5, OtherRoot);
        Claim(Us, 3, Root);
        Claim(Us, 0, Hash32.Parse("0x0a162946e56158bac0673e6dd3bdfdc1e4a0e7744a120fdb640050c8d7abe1c6"));

        await Host.PassAsync();

        (await Host.StatusAsync(Echo, 5)).ShouldBe(EpochStatus.ClaimAccepted);
        (await Host.ApplicationAsync(Echo)).State.ShouldBe(ApplicationState.Enabled);
    }

    [Fact]
    public async Task The_same_root_in_two_epochs_is_claimed_for_both()
    {
        await Host.AddEpochAsync(Echo, 1, Root);
        await Host.AddEpochAsync(Echo, 2, Root);

        (await Host.PassAsync()).ShouldBe(2);

        Chain.Sent.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_changed_consensus_contract_stops_the_application()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        Chain.Deploy(App).Says("getOutputsMerkleRootValidator()", FakeChain.Words(AbiValue.Of(FakeChain.AddressOf(99))));

        (await Host.PassAsync()).ShouldBe(1);

        await ShouldHaveStoppedAsync(
            InoperableKind.Corrupted,
            "consensus_changed",
            Consensus.Address.ToString(),
            FakeChain.AddressOf(99).ToString()
        );
        Chain.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_application_s_failure_leaves_the_others_alone()
    {
        var other = await Host.AddApplicationAsync("other", FakeChain.AddressOf(11), Consensus.Address);
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.AddEpochAsync(other, 3, Root);
        Claim(Us, 3, OtherRoot);

        await Host.PassAsync();

        await ShouldHaveStoppedAsync(InoperableKind.Diverged);
        (await Host.StatusAsync(other, 3)).ShouldBe(EpochStatus.ClaimAccepted);
    }

    [Fact]
    public async Task A_late_node_records_a_long_history_from_one_search()
    {
        Chain.Head = 1000;
        for (ulong index = 0; index < 45; index++)
        {
            await Host.AddEpochAsync(Echo, index, FakeChain.HashOf($"root {index}"));
            Claim(Us, index, FakeChain.HashOf($"root {index}"));
        }

        (await Host.PassAsync()).ShouldBe(45);

        Chain.Sent.ShouldBeEmpty();
        // Two filters a turn of twenty epochs; the first turn reads from the deployment, the next ones only what may have been replaced.
        Chain.Filters[0].FromBlock.ShouldBe(1ul);
        Chain.Filters.Skip(2).ShouldAllBe(filter => filter.FromBlock > 1000);
        (await Host.ApplicationAsync(Echo)).LastClaimCheckBlock.ShouldBe(Chain.Head);
    }

    [Fact]
    public async Task A_restarted_node_goes_on_from_the_stored_cursor_and_misses_no_claim_behind_it()
    {
        await Host.DisposeAsync();
        await using var host = await ClaimerService.CreateAsync(Chain, new FakeSigner(Us), ("Ethereum:DefaultBlock", "finalized"));
        var app = await host.AddApplicationAsync("echo", App, Consensus.Address);
        await host.AddEpochAsync(app, 1, Root);
        Claim(Us, 2, OtherRoot);
        var block = Chain.Head;
        Claim(Us, 1, Root);
        await host.PassAsync();
        (await host.ApplicationAsync(app)).LastClaimCheckBlock.ShouldBe(block - 1, "the claim of epoch 2 is not judged yet");

        await using var restarted = await host.AnotherAsync(Chain, new FakeSigner(Us), ("Ethereum:DefaultBlock", "finalized"));
        await host.AddEpochAsync(app, 2, OtherRoot);
        Chain.Filters.Clear();
        (await restarted.PassAsync()).ShouldBe(1);

        (await host.StatusAsync(app, 2)).ShouldBe(EpochStatus.ClaimAccepted);
        Chain.Filters.ShouldAllBe(filter => filter.FromBlock == block);
        (await host.ApplicationAsync(app)).LastClaimCheckBlock.ShouldBe(Chain.Head);
    }

    [Fact]
    public async Task A_claim_that_a_lagging_endpoint_hid_is_found_when_the_contract_refuses_another()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        Chain.Visible = _ => false;
        Claim(Us, 3, Root);
        Chain.Mine(100);

        (await Host.PassAsync()).ShouldBe(0);
        Chain.Visible = _ => true;
        (await Host.PassAsync()).ShouldBe(1);

        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        Chain.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_acceptance_whose_submission_another_node_of_the_endpoint_does_not_have_yet_is_not_taken_for_somebody_elses()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        Chain.Visible = log => log.Topics[0] != ConsensusContract.ClaimSubmittedTopic;

        (await Host.PassAsync()).ShouldBe(0);
        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimCalculated);
        (await Host.PassAsync()).ShouldBe(0);
        Chain.Visible = _ => true;
        (await Host.PassAsync()).ShouldBe(1);

        var epoch = await Host.EpochAsync(Echo, 3);
        epoch.Status.ShouldBe(EpochStatus.ClaimAccepted);
        epoch.ClaimSubmittedAt.ShouldNotBeNull();
        epoch.ClaimTransactionHash.ShouldBe(Chain.Sent.ShouldHaveSingleItem());
        (await Host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimAccepted"]);
    }
}
