using Rollups.Claimer.Tests;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.Transactions.Tests.Queue;

/// <summary>The account's transactions have one order, whoever sends them.</summary>
public sealed class AccountQueueTests : SingleApplication
{
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
    public async Task A_node_that_has_not_come_to_the_block_of_a_recorded_claim_leads_to_no_nonce_that_is_used()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        await Host.AddEpochAsync(Echo, 4, OtherRoot);
        var head = Chain.Head;
        Chain.Head = head - 1;

        await Should.ThrowAsync<EthereumRpcException>(Host.PassAsync());

        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Confirmed);
        Chain.Head = head;
        (await Host.PassAsync()).ShouldBe(1);
        (await Host.TransactionsAsync())
            .Select(row => (row.Nonce, row.State))
            .ShouldBe([(0UL, TransactionState.Confirmed), (1UL, TransactionState.Confirmed)]);
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
    public async Task A_nonce_that_a_reorganisation_gave_back_is_used_again()
    {
        await Host.AddEpochAsync(Echo, 1, Root, EpochStatus.ClaimAccepted);
        await Host.AddTransactionAsync(Echo, 1, Us, 0, Root, TransactionState.Confirmed);
        await Host.AddEpochAsync(Echo, 3, OtherRoot);

        (await Host.PassAsync()).ShouldBe(1);

        (await Host.TransactionsAsync())
            .Select(row => (row.Nonce, row.State))
            .ShouldBe([(0ul, TransactionState.Dropped), (0ul, TransactionState.Confirmed)]);
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
