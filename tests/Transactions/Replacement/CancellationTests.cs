using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Claimer.Tests;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.Transactions.Tests.Replacement;

/// <summary>
/// The claim of an application that stopped as CORRUPTED must not be mined: a transaction that does nothing uses up its nonce.
/// </summary>
public sealed class CancellationTests : SingleApplication
{
    // Room for the first fees, which are 15 wei, and none for a tenth more.
    private static readonly (string, string) Bound = ("Transactions:MaxFeePerGasGwei", "0.000000016");

    private const string Cause = "consensus_changed: the application names another contract.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancellation_names_the_reason_of_the_stop_and_both_transactions_and_nothing_else()
    {
        var claim = await StoppedAsync();

        await HeadAsync(Host);

        var cancelled = (await Host.TransactionsAsync()).ShouldHaveSingleItem();
        (cancelled.IsCancellation, cancelled.Nonce).ShouldBe((true, claim.Nonce));
        Host.Log.AtLeast(LogLevel.Warning)
            .ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                line => line.ShouldContain(Cause),
                line => line.ShouldContain($"in transaction {claim.TransactionHash} must not be mined"),
                line => line.ShouldContain($"Transaction {cancelled.TransactionHash}, which does nothing, uses up its nonce 0.")
            );
    }

    [Fact]
    public async Task At_the_bound_of_the_fees_nothing_is_cancelled_which_is_told_once_and_costs_few_requests()
    {
        var claim = await StoppedAsync();
        var (client, count) = CountedClient.Of(Chain);
        await using var bounded = await Host.AnotherAsync(client, new FakeSigner(Us), Bound);

        await HeadAsync(bounded);
        count.Requests.ShouldBeGreaterThan(0);
        var log = bounded.Log.AtLeast(LogLevel.Warning).ShouldHaveSingleItem();
        log.ShouldContain($"in transaction {claim.TransactionHash} must not be mined");
        log.ShouldContain("more than Transactions:MaxFeePerGasGwei (0.000000016 gwei)");
        log.ShouldContain(Cause);
        count.Requests = 0;
        for (var head = 1; head < 25; head++)
            await HeadAsync(bounded);

        count.Requests.ShouldBe(0);
        (await Host.TransactionsAsync()).ShouldHaveSingleItem().TransactionHash.ShouldBe(claim.TransactionHash);
        bounded.Log.AtLeast(LogLevel.Warning).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_claim_that_is_mined_though_it_could_not_be_cancelled_comes_to_its_end()
    {
        await StoppedAsync();
        await using var bounded = await Host.AnotherAsync(Chain, new FakeSigner(Us), Bound);
        await HeadAsync(bounded);
        Chain.Mine();

        for (var head = 0; head < 25; head++)
            await HeadAsync(bounded);

        (await Host.TransactionsAsync()).ShouldHaveSingleItem().State.ShouldBe(TransactionState.Confirmed);
    }

    /// <summary>The application's claim in the pool, and the application stopped.</summary>
    private async Task<L1Transaction> StoppedAsync()
    {
        Chain.Automine = false;
        // No contract is at the account's own address.
        Chain.BlindEstimates = true;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        await Host.ChangeAsync(db => db.HaltApplicationAsync(Echo.Id, InoperableKind.Corrupted, Cause, DateTimeOffset.UnixEpoch, Cancel));
        return (await Host.TransactionsAsync()).ShouldHaveSingleItem();
    }

    private async Task HeadAsync(ServiceHost host)
    {
        Chain.Head++;
        await host
            .Services.GetServices<IHeadListener>()
            .OfType<EndUrgentOrphans>()
            .Single()
            .OnHeadAsync((await Chain.GetBlockAsync(BlockTag.Latest, Cancel))!, Cancel);
    }
}
