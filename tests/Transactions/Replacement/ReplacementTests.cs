using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Claimer.Tests;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.Transactions.Tests.Replacement;

/// <summary>A stuck transaction is replaced with higher fees, and whichever version is mined counts.</summary>
public sealed class ReplacementTests : SingleApplication
{
    private const ulong Patience = 25;

    [Fact]
    public async Task A_stuck_transaction_is_replaced_with_the_same_nonce_and_higher_fees()
    {
        var first = await StuckAsync();
        Chain.Head += Patience - 1;
        await Host.PassAsync();
        Chain.Sent.Distinct().ShouldBe([first.TransactionHash]);
        Chain.Head += 1;
        await Host.PassAsync();

        var second = (await Host.TransactionsAsync()).Single();
        (second.Nonce, second.State).ShouldBe((first.Nonce, TransactionState.Pending));
        second.TransactionHash.ShouldNotBe(first.TransactionHash);
        second.MaxFeePerGas.ShouldBeGreaterThanOrEqualTo((first.MaxFeePerGas * 125) / 100);
        (await ReplacedAsync()).ShouldBe([first.TransactionHash]);
        Chain.Sent.Distinct().ShouldBe([first.TransactionHash, second.TransactionHash]);

        Chain.LeastFee = 0;
        Chain.Mine();
        (await Host.PassAsync()).ShouldBe(1);
        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Confirmed);
    }

    [Fact]
    public async Task A_replaced_version_that_is_mined_all_the_same_is_recognised()
    {
        var first = await StuckAsync();
        Chain.Head += Patience;
        await Host.PassAsync();
        Chain.Lag = 5;
        Chain.LeastFee = 0;
        Chain.MineOnly(first.SignedTransaction);

        await using var cautious = await Host.AnotherAsync(Chain, new FakeSigner(Us), ("Ethereum:DefaultBlock", "safe"));
        (await cautious.PassAsync()).ShouldBe(0);
        Chain.Head += 200;
        (await cautious.PassAsync()).ShouldBe(1);

        Chain.Sent.Count.ShouldBe(2);
        (await Host.TransactionsAsync()).Single().State.ShouldBe(TransactionState.Confirmed);
        (await Host.EpochAsync(Echo, 3)).ClaimTransactionHash.ShouldBe(first.TransactionHash);
    }

    [Fact]
    public async Task A_replacement_is_stored_before_it_is_broadcast_and_a_restart_sends_it_again()
    {
        await StuckAsync();
        Chain.Head += Patience;
        Chain.FailSend = _ => new EthereumUnreachableException("eth_sendRawTransaction", "fake", new TimeoutException("no answer"));
        await Should.ThrowAsync<EthereumUnreachableException>(Host.PassAsync());
        var stored = (await Host.TransactionsAsync()).Single();
        (await ReplacedAsync()).Count.ShouldBe(1);
        Chain.FailSend = _ => null;

        await using var restarted = await Host.AnotherAsync(Chain, new FakeSigner(Us));
        await restarted.PassAsync();

        Chain.Sent[^1].ShouldBe(stored.TransactionHash);
        (await ReplacedAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Replacements_are_bounded_by_their_number()
    {
        await StuckAsync();
        for (var i = 0; i < 8; i++)
        {
            Chain.Head += Patience;
            await Host.PassAsync();
        }

        (await ReplacedAsync()).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Fees_are_bounded_and_that_is_told_once()
    {
        var first = await StuckAsync();
        await using var bounded = await Host.AnotherAsync(Chain, new FakeSigner(Us), ("Transactions:MaxFeePerGasGwei", "0.000000016"));
        for (var i = 0; i < 3; i++)
        {
            Chain.Head += Patience;
            await bounded.PassAsync();
        }

        (await Host.TransactionsAsync()).Single().TransactionHash.ShouldBe(first.TransactionHash);
        bounded
            .Log.AtLeast(LogLevel.Warning)
            .Single()
            .ShouldContain("cannot be raised within Transactions:MaxFeePerGasGwei (0.000000016 gwei)");
    }

    [Fact]
    public async Task A_transaction_behind_a_stuck_one_is_not_replaced()
    {
        await StuckAsync();
        var other = await Host.AddApplicationAsync("other", FakeChain.AddressOf(11), Consensus.Address);
        await Host.AddEpochAsync(other, 3, Root);
        await Host.PassAsync();
        Chain.Head += Patience;
        await Host.PassAsync();

        var replaced = await Host.ReadAsync(db => db.ReplacedTransactions.Select(row => row.TransactionId).ToListAsync());
        replaced.ShouldBe([(await Host.TransactionsAsync()).Single(row => row.Nonce == 0).Id]);
    }

    [Fact]
    public async Task A_replacement_that_the_pool_finds_underpriced_makes_no_noise_and_is_raised_again()
    {
        await StuckAsync();
        Chain.FailSend = _ => new EthereumRpcException("eth_sendRawTransaction", -32003, "replacement transaction underpriced");
        Chain.Head += Patience;
        await Host.PassAsync();
        Host.Log.AtLeast(LogLevel.Warning).Single().ShouldContain("It is replaced by transaction");
        Chain.FailSend = _ => null;
        Chain.Head += Patience;
        await Host.PassAsync();

        (await ReplacedAsync()).Count.ShouldBe(2);
        Chain.Sent.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_gap_that_a_reorganisation_left_is_filled_before_new_nonces_are_used()
    {
        await Host.AddEpochAsync(Echo, 1, Root, EpochStatus.ClaimAccepted);
        await Host.AddTransactionAsync(Echo, 1, Us, 0, Root, TransactionState.Confirmed);
        Chain.Automine = false;
        var waiting = await Host.AddApplicationAsync("waiting", FakeChain.AddressOf(12), Consensus.Address);
        await Host.AddEpochAsync(waiting, 3, Root);
        await Host.AddTransactionAsync(
            waiting,
            3,
            Us,
            1,
            OtherRoot,
            TransactionState.Pending,
            row => row.SignedTransaction = new byte[60]
        );
        await Host.AddEpochAsync(Echo, 3, OtherRoot);

        await Host.PassAsync();

        (await Host.TransactionsAsync())
            .Where(row => row.ApplicationId == Echo.Id)
            .Select(row => (row.Nonce, row.State))
            .ShouldBe([(0ul, TransactionState.Dropped), (0ul, TransactionState.Pending)]);
    }

    [Fact]
    public async Task A_gap_of_what_was_mined_and_nobody_wants_any_more_is_filled_by_what_waits_behind_it()
    {
        await Host.AddEpochAsync(Echo, 1, Root, EpochStatus.ClaimAccepted);
        var waiting = await Host.AddApplicationAsync("waiting", FakeChain.AddressOf(12), Consensus.Address);
        await Host.AddEpochAsync(waiting, 3, Root);
        // Mined once, and gone with its block: L1 counts none of the account's transactions.
        await Host.AddTransactionAsync(Echo, 1, Us, 0, Root, TransactionState.Confirmed, row => row.Kind = TransactionKind.RecoverBond);
        await Host.AddTransactionAsync(
            waiting,
            3,
            Us,
            1,
            OtherRoot,
            TransactionState.Pending,
            row => (row.SignedTransaction, row.SentAtBlock) = (new byte[60], Chain.Head)
        );
        // In a pool it waits for the nonce before it.
        Chain.FailSend = raw =>
            raw.All(part => part == 0) ? new EthereumRpcException("eth_sendRawTransaction", -32000, "queued sub-pool is full") : null;
        await Host.PassAsync();
        Chain.Head += Patience;
        await Host.PassAsync();

        (await Host.StatusAsync(waiting, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        (await Host.TransactionsAsync())
            .Select(row => (row.ApplicationId, row.Nonce, row.State))
            .ShouldBe([
                (Echo.Id, 0ul, TransactionState.Dropped),
                (waiting.Id, 1ul, TransactionState.Dropped),
                (waiting.Id, 0ul, TransactionState.Confirmed),
            ]);
    }

    private async Task<L1Transaction> StuckAsync()
    {
        Chain.Automine = false;
        Chain.LeastFee = 1_000_000;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        return (await Host.TransactionsAsync()).Single();
    }

    private Task<List<Hash32>> ReplacedAsync() =>
        Host.ReadAsync(db => db.ReplacedTransactions.Select(row => row.TransactionHash).ToListAsync());
}
