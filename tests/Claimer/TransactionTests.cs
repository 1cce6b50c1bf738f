using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Claimer.Tests;

/// <summary>No claim is sent twice, and none is forgotten.</summary>
public sealed class TransactionTests : SingleApplication
{
    [Fact]
    public async Task A_transaction_in_flight_is_followed_and_not_sent_again()
    {
        Chain.Automine = false;
        await Host.AddEpochAsync(Echo, 3, Root);

        await Host.PassAsync();
        Chain.Head += 5;
        await Host.PassAsync();
        await Host.PassAsync();

        Chain.Sent.Count.ShouldBe(1);
        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Pending);
        Chain.Mine();
        (await Host.PassAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_mined_transaction_of_which_a_lagging_node_has_no_receipt_is_not_taken_for_overtaken()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        Chain.BlindEstimates = true;
        Chain.HideSingleReceipts = true;
        Chain.Visible = _ => false;

        await Host.PassAsync();
        Chain.Head += 2;
        await Host.PassAsync();
        await Host.PassAsync();

        Chain.Sent.Count.ShouldBe(1);
        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Pending);
        Chain.Visible = _ => true;
        (await Host.PassAsync()).ShouldBe(1);
        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Confirmed);
    }

    [Fact]
    public async Task A_transaction_whose_block_is_being_made_is_not_taken_for_overtaken()
    {
        Chain.Automine = false;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.IsMakingABlock = true;

        await Host.PassAsync();

        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Pending);
        Chain.IsMakingABlock = false;
        Chain.Mine();
        (await Host.PassAsync()).ShouldBe(1);
        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Confirmed);
    }

    [Fact]
    public async Task A_node_that_counts_less_than_was_mined_leads_to_no_nonce_that_is_used_and_to_no_forgotten_transaction()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        await Host.AddEpochAsync(Echo, 4, OtherRoot);
        Chain.Mine(100);
        Chain.CountBehind = 1;

        (await Host.PassAsync()).ShouldBe(0);
        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Confirmed);
        Chain.CountBehind = 0;
        (await Host.PassAsync()).ShouldBe(1);
        (await Host.TransactionsAsync())
            .Select(row => (row.Nonce, row.State))
            .ShouldBe([(0UL, TransactionState.Confirmed), (1UL, TransactionState.Confirmed)]);
    }

    [Fact]
    public async Task A_restart_sends_the_same_bytes_again()
    {
        Chain.Automine = false;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.DropPool();

        await using var restarted = await Host.AnotherAsync(Chain, new FakeSigner(Us));
        await restarted.PassAsync();
        Chain.Mine();
        (await restarted.PassAsync()).ShouldBe(1);

        Chain.Sent.Count.ShouldBe(2);
        Chain.Sent.Distinct().Count().ShouldBe(1);
        (await Host.TransactionsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_transaction_is_stored_before_it_is_broadcast()
    {
        var stored = -1;
        Chain.FailSend = _ =>
        {
            stored = Host.TransactionsAsync().GetAwaiter().GetResult().Count;
            return new EthereumUnreachableException("eth_sendRawTransaction", "fake", new TimeoutException("no answer"));
        };
        await Host.AddEpochAsync(Echo, 3, Root);

        await Should.ThrowAsync<EthereumUnreachableException>(Host.PassAsync());
        stored.ShouldBe(1);
        Chain.FailSend = _ => null;
        (await Host.PassAsync()).ShouldBe(1);

        (await Host.TransactionsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_transaction_whose_answer_was_lost_is_not_sent_a_second_time()
    {
        Chain.LoseSendAnswers = true;
        await Host.AddEpochAsync(Echo, 3, Root);

        await Should.ThrowAsync<EthereumUnreachableException>(Host.PassAsync());
        (await Host.PassAsync()).ShouldBe(1);

        Chain.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_dropped_broadcast_is_repeated_after_the_configured_number_of_blocks()
    {
        Chain.Automine = false;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.DropPool();

        Chain.Head += 9;
        await Host.PassAsync();
        Chain.Sent.Count.ShouldBe(1);
        Chain.Head += 1;
        await Host.PassAsync();

        Chain.Sent.Count.ShouldBe(2);
        Chain.Sent.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_transaction_that_the_node_does_not_take_is_offered_again_at_the_next_head()
    {
        Chain.FailSend = _ => new EthereumRpcException("eth_sendRawTransaction", -32003, "insufficient funds for gas * price + value");
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Host.Log.AtLeast(LogLevel.Warning).Single().ShouldContain("insufficient funds");

        Chain.FailSend = _ => null;
        (await Host.PassAsync()).ShouldBe(1);

        (await Host.TransactionsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_transaction_on_the_nonce_leads_to_a_new_one()
    {
        Chain.Automine = false;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.DropPool();
        Chain.UseNonce(Us);
        // It counts as of the block before the newest.
        Chain.Mine();
        Chain.Automine = true;

        (await Host.PassAsync()).ShouldBe(1);

        (await Host.TransactionsAsync())
            .Select(row => (row.Nonce, row.State))
            .ShouldBe([(0ul, TransactionState.Dropped), (1ul, TransactionState.Confirmed)]);
    }

    [Fact]
    public async Task A_receipt_that_cannot_be_read_changes_nothing()
    {
        Chain.Automine = false;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.FailReceipts = new EthereumRpcException("eth_getTransactionReceipt", -32000, "internal error");

        await Should.ThrowAsync<EthereumRpcException>(Host.PassAsync());

        Chain.FailReceipts = null;
        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Pending);
        Chain.Mine();
        (await Host.PassAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_reverted_transaction_is_considered_again_and_gas_is_not_burnt_for_ever()
    {
        Chain.BlindEstimates = true;
        Consensus.Owner = Them;
        await Host.AddEpochAsync(Echo, 3, Root);

        for (var pass = 0; pass < 10; pass++)
            await Host.PassAsync();

        Chain.Sent.Count.ShouldBe(3);
        await ShouldHaveStoppedAsync(InoperableKind.Failed, "3 transactions", "epoch 3", Chain.Sent[^1].ToString());
        (await Host.TransactionsAsync()).ShouldAllBe(row => row.State == TransactionState.Reverted);
    }

    [Fact]
    public async Task Claims_that_were_mined_behind_a_faster_one_never_stop_the_application()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        // Another node of the owner has claimed another root, which neither the logs nor the estimates of this endpoint show yet.
        Claim(Us, 3, OtherRoot);
        Chain.Visible = _ => false;
        Chain.BlindEstimates = true;

        for (var pass = 0; pass < 5; pass++)
            await Host.PassAsync();

        Chain.Sent.Count.ShouldBeGreaterThan(3);
        (await Host.TransactionsAsync()).ShouldAllBe(row => row.State == TransactionState.LostRace);
        (await Host.ApplicationAsync(Echo)).State.ShouldBe(ApplicationState.Enabled);
    }

    [Fact]
    public async Task Two_applications_of_one_account_get_nonces_in_turn_and_share_a_block()
    {
        Chain.Automine = false;
        var other = await Host.AddApplicationAsync("other", FakeChain.AddressOf(11), Consensus.Address);
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.AddEpochAsync(other, 3, Root);

        await Host.PassAsync();
        Chain.Mine();
        (await Host.PassAsync()).ShouldBe(2);

        (await Host.TransactionsAsync()).Select(row => row.Nonce).ShouldBe([0ul, 1ul]);
    }

    [Fact]
    public async Task A_stored_nonce_counts_though_the_pool_has_forgotten_it()
    {
        Chain.Automine = false;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.DropPool();
        var other = await Host.AddApplicationAsync("other", FakeChain.AddressOf(11), Consensus.Address);
        await Host.AddEpochAsync(other, 3, Root);

        await Host.PassAsync();

        (await Host.TransactionsAsync()).Select(row => row.Nonce).ShouldBe([0ul, 1ul]);
    }

    [Fact]
    public async Task A_stopped_application_s_transaction_uses_up_its_nonce_before_the_next_is_sent()
    {
        Chain.FailSend = _ => new EthereumRpcException("eth_sendRawTransaction", -32003, "try later");
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.FailSend = _ => null;
        Claim(Us, 3, OtherRoot);
        await Host.PassAsync();
        await ShouldHaveStoppedAsync(InoperableKind.Diverged);
        // The claim above was sent by the same account in another way; the stored one has lost its place.
        var other = await Host.AddApplicationAsync("other", FakeChain.AddressOf(11), Consensus.Address);
        await Host.AddEpochAsync(other, 3, Root);
        // What used the nonce counts as of the block before the newest.
        Chain.Mine();

        await Host.PassAsync();

        (await Host.StatusAsync(other, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        (await Host.TransactionsAsync())
            .Select(row => (row.Nonce, row.State))
            .ShouldBe([(0ul, TransactionState.Dropped), (1ul, TransactionState.Confirmed)]);
    }

    [Fact]
    public async Task A_stored_transaction_that_was_never_broadcast_does_not_block_the_account_when_its_application_is_switched_off()
    {
        Chain.FailSend = _ => new EthereumRpcException("eth_sendRawTransaction", -32003, "try later");
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.FailSend = _ => null;
        await Host.ChangeAsync(db =>
            db.Applications.Where(app => app.Id == Echo.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(app => app.State, ApplicationState.Disabled))
        );
        var other = await Host.AddApplicationAsync("other", FakeChain.AddressOf(11), Consensus.Address);
        await Host.AddEpochAsync(other, 3, Root);

        await Host.PassAsync();

        (await Host.StatusAsync(other, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        Chain.Pool.ShouldBe(0);
    }

    [Fact]
    public async Task A_nonce_that_a_reorganisation_gave_back_is_used_again()
    {
        await Host.AddEpochAsync(Echo, 1, Root, EpochStatus.ClaimAccepted);
        await Host.ChangeAsync(async db =>
        {
            db.Add(
                new L1Transaction
                {
                    ChainId = 31337,
                    Signer = Us,
                    Nonce = 0,
                    ApplicationId = Echo.Id,
                    EpochIndex = 1,
                    TransactionHash = Root,
                    GasLimit = 100_000,
                    SignedTransaction = [1],
                    State = TransactionState.Confirmed,
                }
            );
            return await db.SaveChangesAsync();
        });
        await Host.AddEpochAsync(Echo, 3, OtherRoot);

        (await Host.PassAsync()).ShouldBe(1);

        (await Host.TransactionsAsync())
            .Select(row => (row.Nonce, row.State))
            .ShouldBe([(0ul, TransactionState.Dropped), (0ul, TransactionState.Confirmed)]);
    }

    [Fact]
    public async Task A_new_key_takes_over_from_a_transaction_of_the_old_one()
    {
        Chain.Automine = false;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.DropPool();
        Consensus.Owner = Them;
        Chain.Automine = true;

        await using var restarted = await Host.AnotherAsync(Chain, new FakeSigner(Them));
        (await restarted.PassAsync()).ShouldBe(1);

        (await Host.TransactionsAsync())
            .Select(row => (row.Signer, row.State))
            .ShouldBe([(Us, TransactionState.Dropped), (Them, TransactionState.Confirmed)]);
    }

    [Fact]
    public async Task Nothing_is_sent_while_another_replica_holds_the_account()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await using (await Host.LeaseAsync($"signer:31337:{Us}"))
        {
            (await Host.PassAsync()).ShouldBe(0);
            Chain.Sent.ShouldBeEmpty();
        }

        (await Host.PassAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Two_replicas_at_once_send_one_transaction()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await using var replica = await Host.AnotherAsync(Chain, new FakeSigner(Us));

        await Task.WhenAll(Host.PassAsync(), replica.PassAsync());
        await Host.PassAsync();

        Chain.Sent.Distinct().Count().ShouldBe(1);
        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        (await Host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimAccepted"]);
    }
}
