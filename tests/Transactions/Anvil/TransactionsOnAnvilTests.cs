using System.Globalization;
using System.Text.Json.Nodes;
using Rollups.Claimer.Tests;
using Rollups.Claimer.Tests.Anvil;
using Rollups.Devnet;
using Rollups.Domain;

namespace Rollups.Transactions.Tests.Anvil;

[NeedsServers]
public sealed class TransactionsOnAnvilTests(AnvilChain anvil, PostgresServer postgres)
    : ClaimsOnAnvil(anvil, postgres),
        IClassFixture<AnvilChain>
{
    [Fact]
    public async Task A_restart_with_a_transaction_in_flight_sends_no_second_one()
    {
        var host = await HostAsync();
        var app = await DeployAsync(host, await AuthorityAsync());
        var epoch = await EndedEpochAsync(host, app, Root);
        var nonce = await NonceAsync();
        await Chain.SetAutomineAsync(false, Cancel);
        await host.PassAsync();
        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimCalculated);

        var restarted = await HostAsync();
        await restarted.PassAsync();
        await Chain.MineAsync(1, Cancel);
        await restarted.PassAsync();

        (await restarted.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
        (await restarted.TransactionsAsync()).ShouldHaveSingleItem().State.ShouldBe(TransactionState.Confirmed);
        (await NonceAsync()).ShouldBe(nonce + 1);
    }

    [Fact]
    public async Task A_transaction_that_the_pool_lost_is_sent_again_with_the_same_bytes_after_a_restart()
    {
        var host = await HostAsync();
        var app = await DeployAsync(host, await AuthorityAsync());
        var epoch = await EndedEpochAsync(host, app, Root);
        await Chain.SetAutomineAsync(false, Cancel);
        await host.PassAsync();
        await Chain.RpcAsync("anvil_dropAllTransactions", [], Cancel);

        var restarted = await HostAsync();
        await restarted.PassAsync();
        await Chain.MineAsync(1, Cancel);
        await restarted.PassAsync();

        var row = (await restarted.TransactionsAsync()).ShouldHaveSingleItem();
        (await restarted.EpochAsync(app, epoch)).AcceptanceTransactionHash.ShouldBe(row.TransactionHash);
    }

    [Fact]
    public async Task Two_applications_of_one_signer_share_a_block_with_nonces_in_turn()
    {
        var host = await HostAsync();
        var first = await DeployAsync(host, await AuthorityAsync(), name: "first");
        var second = await DeployAsync(host, await AuthorityAsync(), name: "second");
        var epoch = await EndedEpochAsync(host, first, Root);
        await host.AddEpochAsync(second, epoch, OtherRoot);
        var nonce = await NonceAsync();
        await Chain.SetAutomineAsync(false, Cancel);
        await host.PassAsync();
        await Chain.MineAsync(1, Cancel);
        await host.PassAsync();

        (await host.StatusAsync(first, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
        (await host.StatusAsync(second, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
        (await host.TransactionsAsync()).Select(row => row.Nonce).Order().ShouldBe([nonce, nonce + 1]);
    }

    [Fact]
    public async Task Two_replicas_at_once_send_one_transaction()
    {
        var one = await HostAsync();
        var other = await HostAsync();
        var app = await DeployAsync(one, await AuthorityAsync());
        var epoch = await EndedEpochAsync(one, app, Root);
        var nonce = await NonceAsync();

        await Task.WhenAll(one.PassAsync(), other.PassAsync());
        await SettleAsync(one);

        (await one.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
        (await one.TransactionsAsync()).Count.ShouldBe(1);
        (await NonceAsync()).ShouldBe(nonce + 1);
    }

    [Fact]
    public async Task A_claim_whose_transaction_was_mined_and_reverted_is_considered_again()
    {
        var host = await HostAsync();
        var authority = await AuthorityAsync();
        var app = await DeployAsync(host, authority);
        var epoch = await EndedEpochAsync(host, app, Root);
        await Chain.SetAutomineAsync(false, Cancel);
        await host.PassAsync();
        // Between the estimate and the block the Authority gets another owner.
        var slot = await OwnerSlotAsync(authority);
        await Chain.RpcAsync("anvil_setStorageAt", [authority.ToString(), slot, Word(DevnetAccounts.Stranger)], Cancel);
        await Chain.MineAsync(1, Cancel);

        await host.PassAsync();

        (await host.TransactionsAsync()).ShouldHaveSingleItem().State.ShouldBe(TransactionState.Reverted);
        await Chain.RpcAsync("anvil_setStorageAt", [authority.ToString(), slot, Word(Us)], Cancel);
        await host.SetStateAsync(app);
        await Chain.SetAutomineAsync(true, Cancel);
        await Chain.MineAsync(1, Cancel);
        await SettleAsync(host);
        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
    }

    private static string Word(Address address) => "0x" + new string('0', 24) + address.ToString()[2..];

    private async Task<string> OwnerSlotAsync(Address authority)
    {
        for (var slot = 0; slot < 16; slot++)
        {
            var number = "0x" + slot.ToString("x64", CultureInfo.InvariantCulture);
            if (
                (
                    await Chain.RpcAsync("eth_getStorageAt", new JsonArray(authority.ToString(), number, "latest"), Cancel)
                )!.GetValue<string>() == Word(Us)
            )
                return number;
        }

        throw new InvalidOperationException($"No storage slot of {authority} holds its owner.");
    }
}
