using Microsoft.Extensions.Logging;
using Rollups.Claimer.Tests;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions.Tests.Broadcast;

/// <summary>No claim is sent twice, and none is forgotten.</summary>
public sealed class BroadcastTests : SingleApplication
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
}
