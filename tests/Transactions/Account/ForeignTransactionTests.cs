using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Claimer.Tests;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.Transactions.Tests.Account;

/// <summary>Transactions of the node's account that its database does not know are reported, each once.</summary>
public sealed class ForeignTransactionTests : SingleApplication
{
    private const int Failed = 33;
    private const int Foreign = 40;
    private const int OtherNode = 41;
    private const int Lost = 42;
    private const int More = 43;
    private const int Earlier = 44;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transaction_of_somebody_else_is_reported_once_with_its_hash()
    {
        await LookAsync(Host);
        var foreign = Chain.Send(Us, FakeChain.AddressOf(77), [1]);
        Chain.Mine(100);

        await LookAsync(Host);
        await LookAsync(Host);
        // A later start, with nothing in memory.
        await using var restarted = await Host.AnotherAsync(Chain, new FakeSigner(Us));
        await LookAsync(restarted);

        var line = Host.Log.OfEvent(Foreign).ShouldHaveSingleItem();
        line.ShouldContain($"has sent transaction {foreign} (nonce 0, block 101, to {FakeChain.AddressOf(77)})");
        line.ShouldContain("somebody else uses the node's key");
        restarted.Log.OfEvent(Foreign).ShouldBeEmpty();
        Chain.BlocksRead.ShouldBe([101UL]);
    }

    [Fact]
    public async Task What_the_account_sent_before_is_counted_and_its_own_transactions_are_no_news()
    {
        Chain.UseNonce(Us);
        await LookAsync(Host);
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.Mine(5);
        await LookAsync(Host);

        Host.Log.OfEvent(Earlier).ShouldHaveSingleItem().ShouldContain("had sent 1 transactions before");
        Reports().ShouldBeEmpty();
        Chain.BlocksRead.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_node_with_the_key_is_noticed_before_this_one_claims_again()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        // Another node, another database: it claims for an application of the same consensus that this one does not follow.
        var other = Chain.Send(Us, Consensus.Address, ConsensusContract.SubmitClaim(FakeChain.AddressOf(30), 39, Root));
        await Host.AddEpochAsync(Echo, 4, OtherRoot);
        Chain.Automine = false;

        await Host.PassAsync();

        var line = Host.Log.OfEvent(OtherNode).ShouldHaveSingleItem();
        line.ShouldContain($"transaction {other} (nonce 1");
        line.ShouldContain("another node, with a database of its own, signs with the same key");
        var lines = Host.Log.Lines.Select(logged => logged.Text).ToList();
        var claim = (await Host.TransactionsAsync())[^1].TransactionHash.ToString();
        lines.IndexOf(line).ShouldBeLessThan(lines.FindIndex(text => text.Contains(claim)));
    }

    [Fact]
    public async Task A_transaction_that_displaced_one_of_ours_is_reported_once_ours_is_given_up()
    {
        Chain.Automine = false;
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        var foreign = Chain.UseNonce(Us);
        Chain.DropPool();
        Chain.Mine(3);

        await LookAsync(Host);
        Reports().ShouldBeEmpty();
        await Host.PassAsync();
        await LookAsync(Host);

        Host.Log.OfEvent(Foreign).ShouldHaveSingleItem().ShouldContain($"{foreign} (nonce 0");
    }

    [Fact]
    public async Task Many_are_counted_and_a_block_without_state_costs_only_the_hash()
    {
        await LookAsync(Host);
        for (var i = 0; i < 12; i++)
            Chain.UseNonce(Us);
        await LookAsync(Host);
        Host.Log.OfEvent(Foreign).Count.ShouldBe(10);
        Host.Log.OfEvent(More).ShouldHaveSingleItem().ShouldContain("has sent 2 more transactions");

        Chain.UseNonce(Us);
        Chain.Mine(1000);
        Chain.OldestState = Chain.Head - 100;
        await LookAsync(Host);
        Host.Log.OfEvent(Lost).ShouldHaveSingleItem().ShouldContain("nonce 12 by block");
    }

    [Fact]
    public async Task A_reorganisation_reports_nothing_twice()
    {
        await LookAsync(Host);
        var before = Chain.Head;
        var foreign = Chain.Send(Us, FakeChain.AddressOf(77), [1]);
        Chain.Mine(5);
        await LookAsync(Host);
        Chain.GoBack(before);
        Chain.Mine(6);
        await LookAsync(Host);
        Chain.UseNonce(Us);
        await LookAsync(Host);

        Host.Log.OfEvent(Foreign).Count.ShouldBe(2);
        Host.Log.OfEvent(Foreign)[0].ShouldContain($"{foreign}");
    }

    [Fact]
    public async Task Transactions_of_a_removed_application_are_still_our_own()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        await Host.ChangeAsync(async db =>
        {
            await Persistence.AccountedNonces.ForgetAsync(db, Echo.Id, 3, Cancel);
            await db.Transactions.ExecuteDeleteAsync(Cancel);
        });
        Chain.Mine(5);

        await LookAsync(Host);

        Reports().ShouldBeEmpty();
    }

    [Fact]
    public async Task While_the_database_is_away_a_look_fails_and_the_next_one_finds_what_it_missed()
    {
        var watch = Host.Services.GetServices<IHostedService>().OfType<WatchBalance>().Single();
        await watch.LookAsync(Cancel);
        var foreign = Chain.UseNonce(Us);
        await Host.ChangeAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE node_configurations RENAME TO away", Cancel));

        await watch.LookAsync(Cancel);

        Host.Log.OfEvent(Failed).ShouldHaveSingleItem().ShouldContain("could not be compared with the database");
        await Host.ChangeAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE away RENAME TO node_configurations", Cancel));
        await watch.LookAsync(Cancel);
        Host.Log.OfEvent(Foreign).ShouldHaveSingleItem().ShouldContain($"{foreign}");
    }

    private IEnumerable<string> Reports() => new[] { Foreign, OtherNode, Lost, More }.SelectMany(id => Host.Log.OfEvent(id));

    private Task LookAsync(ServiceHost host) => host.Services.GetRequiredService<WatchAccount>().LookAsync(Chain.Head, Cancel);
}
