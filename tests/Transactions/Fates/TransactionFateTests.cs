using Rollups.Claimer.Tests;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions.Tests.Fates;

/// <summary>What became of a pending transaction is found on L1.</summary>
public sealed class TransactionFateTests : SingleApplication
{
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
}
