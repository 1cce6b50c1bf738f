using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Rollups.Claimer.Tests;
using Rollups.Claimer.Tests.Anvil;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions.Tests.Anvil;

/// <summary>
/// The transaction layer on a real chain behind an endpoint that fails: in the end each epoch has one claim, whatever happened to its
/// transaction.
/// </summary>
[NeedsServers]
public sealed class TransactionFaultsTests(AnvilChain anvil, PostgresServer postgres)
    : ClaimsOnAnvil(anvil, postgres),
        IClassFixture<AnvilChain>
{
    private const ulong ReplaceAfter = 5;

    [Fact]
    public async Task A_broadcast_that_never_arrived_is_repeated_with_the_same_bytes()
    {
        await using var proxy = await ProxyAsync();
        var (host, app, epoch) = await BeginAsync(proxy);
        using (proxy.On("eth_sendRawTransaction", RpcActions.DropBefore))
            await Should.ThrowAsync<EthereumUnreachableException>(() => host.PassAsync());
        var stored = (await host.TransactionsAsync()).ShouldHaveSingleItem();

        await SettleAsync(host);

        await ShouldBeClaimedOnceAsync(host, app, epoch);
        (await host.EpochAsync(app, epoch)).ClaimTransactionHash.ShouldBe(stored.TransactionHash);
    }

    [Fact]
    public async Task A_broadcast_whose_answer_was_lost_is_not_followed_by_a_second_transaction()
    {
        await using var proxy = await ProxyAsync();
        var (host, app, epoch) = await BeginAsync(proxy);
        var nonce = await NonceAsync();
        using (proxy.On("eth_sendRawTransaction", RpcActions.DropAfter))
            await Should.ThrowAsync<EthereumUnreachableException>(() => host.PassAsync());

        await SettleAsync(host);

        await ShouldBeClaimedOnceAsync(host, app, epoch);
        (await NonceAsync()).ShouldBe(nonce + 1);
    }

    [Fact]
    public async Task A_nonce_that_a_dearer_foreign_transaction_took_from_the_pool_leads_to_a_new_transaction()
    {
        await using var proxy = await ProxyAsync();
        var (host, app, epoch) = await BeginAsync(proxy);
        await Chain.SetAutomineAsync(false, Cancel);
        await host.PassAsync();
        await Chain.RpcAsync("anvil_dropAllTransactions", [], Cancel);
        await SendDearAsync();
        // A process without the memory of its broadcast offers the bytes again, and the pool refuses them: they pay less.
        var restarted = await HostAsync(Endpoint(proxy));
        await restarted.PassAsync();
        restarted
            .Log.AtLeast(LogLevel.Information)
            .ShouldContain(line => line.Contains("holds another transaction of nonce", StringComparison.Ordinal));
        // Whether a nonce is taken is judged as of the block before the top.
        await Chain.MineAsync(2, Cancel);
        await restarted.PassAsync();
        await Chain.MineAsync(1, Cancel);
        await restarted.PassAsync();

        await ShouldBeClaimedOnceAsync(restarted, app, epoch);
        (await restarted.TransactionsAsync()).Select(row => row.State).ShouldBe([TransactionState.Dropped, TransactionState.Confirmed]);
    }

    [Fact]
    public async Task A_gap_before_the_nonce_that_nothing_fills_is_filled_by_the_claim_itself()
    {
        await using var proxy = await ProxyAsync();
        var (host, app, epoch) = await BeginAsync(proxy);
        var next = await NonceAsync();
        // The endpoint counts a transaction in its pool that no block will ever have.
        using (proxy.On("eth_getTransactionCount", RpcActions.Rewrite((_, answer) => Result(answer, next + 1))))
            await host.PassAsync();
        (await host.TransactionsAsync()).ShouldHaveSingleItem().Nonce.ShouldBe(next + 1);

        await Chain.MineAsync(ReplaceAfter + 1, Cancel);
        await SettleAsync(host);

        await ShouldBeClaimedOnceAsync(host, app, epoch);
        (await host.TransactionsAsync())
            .Select(row => (row.Nonce, row.State))
            .ShouldBe([(next + 1, TransactionState.Dropped), (next, TransactionState.Confirmed)]);
        host.Log.AtLeast(LogLevel.Warning)
            .ShouldContain(line => line.Contains("no transaction of the node fills the gap", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_that_counts_less_than_was_mined_lags_and_leads_to_no_second_transaction()
    {
        await using var proxy = await ProxyAsync();
        var (host, first, firstEpoch) = await BeginAsync(proxy);
        await SettleAsync(host);
        await ShouldBeClaimedOnceAsync(host, first, firstEpoch);
        var mined = (await host.TransactionsAsync()).Single().Nonce;
        var app = await DeployAsync(host, await AuthorityAsync(), name: "second");
        var epoch = await EndedEpochAsync(host, app, OtherRoot);
        await Chain.SetAutomineAsync(false, Cancel);
        await Chain.MineAsync(3, Cancel);
        await host.PassAsync();
        await Chain.RpcAsync("anvil_dropAllTransactions", [], Cancel);
        await Chain.MineAsync(ReplaceAfter + 1, Cancel);
        using (
            proxy.On(
                "eth_getTransactionCount",
                RpcActions.Rewrite(
                    (call, answer) => call["method"]!.GetValue<string>() == "eth_getTransactionCount" ? Result(answer, mined) : answer
                )
            )
        )
            await host.PassAsync();

        (await host.TransactionsAsync()).Select(row => row.State).ShouldBe([TransactionState.Confirmed, TransactionState.Pending]);
        await Chain.MineAsync(1, Cancel);
        await host.PassAsync();
        await Chain.MineAsync(1, Cancel);
        await host.PassAsync();
        await ShouldBeClaimedOnceAsync(host, app, epoch);
    }

    [Fact]
    public async Task A_receipt_that_a_reorganisation_took_back_is_followed_by_the_same_bytes()
    {
        await using var proxy = await ProxyAsync();
        var (host, app, epoch) = await BeginAsync(proxy, ("Ethereum:DefaultBlock", "finalized"));
        await host.PassAsync();
        var stored = (await host.TransactionsAsync()).ShouldHaveSingleItem();
        (await Chain.ReceiptAsync(stored.TransactionHash, Cancel)).ShouldNotBeNull();
        await host.PassAsync();
        await Chain.ReorganiseAsync(1, Cancel);
        (await Chain.Client.GetReceiptAsync(stored.TransactionHash, Cancel)).ShouldBeNull();

        await host.PassAsync();
        (await Chain.ReceiptAsync(stored.TransactionHash, Cancel)).ShouldNotBeNull();
        await Chain.MineAsync(4, Cancel);
        await host.PassAsync();

        await ShouldBeClaimedOnceAsync(host, app, epoch);
        (await host.TransactionsAsync()).ShouldHaveSingleItem().TransactionHash.ShouldBe(stored.TransactionHash);
    }

    [Fact]
    public async Task A_base_fee_above_the_bound_is_waited_out_and_told_once()
    {
        await using var proxy = await ProxyAsync();
        var (host, app, epoch) = await BeginAsync(proxy, ("Transactions:MaxFeePerGasGwei", "10"));
        await SetBaseFeeAsync(50_000_000_000);
        for (var head = 0; head < 3; head++)
        {
            await host.PassAsync();
            await SetBaseFeeAsync(50_000_000_000);
        }

        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimCalculated);
        host.Log.AtLeast(LogLevel.Warning)
            .Count(line => line.Contains("was not taken by the L1 node", StringComparison.Ordinal))
            .ShouldBe(1);
        await SetBaseFeeAsync(1_000_000_000);
        await SettleAsync(host);

        await ShouldBeClaimedOnceAsync(host, app, epoch);
    }

    [Fact]
    public async Task An_account_without_ether_is_told_once_and_claims_when_it_has_some()
    {
        await using var proxy = await ProxyAsync();
        var (host, app, epoch) = await BeginAsync(proxy);
        await Chain.RpcAsync("anvil_setBalance", [Us.ToString(), "0x0"], Cancel);
        try
        {
            for (var head = 0; head < 3; head++)
            {
                await host.PassAsync();
                await Chain.MineAsync(1, Cancel);
            }

            (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimCalculated);
            host.Log.AtLeast(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("send it some");
        }
        finally
        {
            await Chain.RpcAsync("anvil_setBalance", [Us.ToString(), "0x21e19e0c9bab2400000"], Cancel);
        }

        await SettleAsync(host);
        await ShouldBeClaimedOnceAsync(host, app, epoch);
    }

    [Fact]
    public async Task Legacy_transactions_claim_too()
    {
        await using var proxy = await ProxyAsync();
        var (host, app, epoch) = await BeginAsync(proxy, ("Ethereum:LegacyTransactions", "true"));

        await SettleAsync(host);

        await ShouldBeClaimedOnceAsync(host, app, epoch);
        (await host.TransactionsAsync()).Single().IsLegacy.ShouldBeTrue();
    }

    [Fact]
    public async Task Of_two_hosts_that_both_believe_it_is_their_turn_one_claims()
    {
        await using var proxy = await ProxyAsync();
        var (host, app, epoch) = await BeginAsync(proxy);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var held = proxy.On("eth_estimateGas", RpcActions.HoldUntil(released.Task), times: 1);
        var first = host.PassAsync();
        await held.UntilHitStartsAsync(Cancel);
        // Its lease goes with its connection, and it does not notice before the other has claimed.
        await CutConnectionsAsync();
        var other = await HostAsync(Endpoint(proxy));
        await SettleAsync(other);
        await ShouldBeClaimedOnceAsync(other, app, epoch);
        released.SetResult();
        try
        {
            await first;
        }
        catch (Exception exception) when (exception is not ShouldAssertException)
        {
            // The lost turn, or the refusal of a claim that is there: either is right, a second claim is not.
        }

        await SettleAsync(other);
        await ShouldBeClaimedOnceAsync(other, app, epoch);
    }

    private Task<JsonRpcProxy> ProxyAsync() => JsonRpcProxy.StartAsync(AnvilEndpoint, Cancel);

    private static (string Key, string Value)[] Endpoint(JsonRpcProxy proxy) =>
        [
            ("Ethereum:HttpEndpoint", proxy.HttpEndpoint.ToString()),
            ("Ethereum:MaxRetries", "1"),
            ("Ethereum:RetryDelay", "00:00:00.01"),
            ("Transactions:ReplaceAfterBlocks", ReplaceAfter.ToString(CultureInfo.InvariantCulture)),
            ("Transactions:RebroadcastAfterBlocks", "1"),
        ];

    private async Task<(ServiceHost Host, Application App, ulong Epoch)> BeginAsync(
        JsonRpcProxy proxy,
        params (string Key, string Value)[] settings
    )
    {
        var host = await HostAsync([.. Endpoint(proxy), .. settings]);
        var app = await DeployAsync(host, await AuthorityAsync());
        var epoch = await EndedEpochAsync(host, app, Root);
        // Behind the epoch's end at any tag.
        await Chain.MineAsync(3, Cancel);
        return (host, app, epoch);
    }

    private async Task ShouldBeClaimedOnceAsync(ServiceHost host, Application app, ulong epoch)
    {
        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
        var filter = new LogFilter(
            [app.ConsensusAddress],
            [
                [ConsensusContract.ClaimSubmittedTopic],
            ],
            0,
            await Chain.HeadAsync(Cancel)
        );
        (await Chain.Client.GetLogsAsync(filter, Cancel)).Count.ShouldBe(1);
    }

    private async Task SetBaseFeeAsync(long wei)
    {
        await Chain.RpcAsync("anvil_setNextBlockBaseFeePerGas", ["0x" + wei.ToString("x", CultureInfo.InvariantCulture)], Cancel);
        await Chain.MineAsync(1, Cancel);
    }

    /// <summary>A transfer to itself by the node's account, not by the node, that outbids it.</summary>
    private Task<JsonNode?> SendDearAsync() =>
        Chain.RpcAsync(
            "eth_sendTransaction",
            [
                new JsonObject
                {
                    ["from"] = Us.ToString(),
                    ["to"] = Us.ToString(),
                    ["maxFeePerGas"] = "0x2540be40000",
                    ["maxPriorityFeePerGas"] = "0x2540be4000",
                    ["gas"] = "0x5208",
                },
            ],
            Cancel
        );

    private static JsonNode Result(JsonNode answer, ulong number)
    {
        answer["result"] = "0x" + number.ToString("x", CultureInfo.InvariantCulture);
        return answer;
    }
}
