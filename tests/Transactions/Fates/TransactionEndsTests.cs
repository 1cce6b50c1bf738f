using Microsoft.Extensions.DependencyInjection;
using Rollups.Claimer;
using Rollups.Claimer.Tests;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Testing.Fakes;

namespace Rollups.Transactions.Tests.Fates;

/// <summary>A pending transaction ends once: its row is closed, this process forgets it, and the end is counted.</summary>
public sealed class TransactionEndsTests : SingleApplication
{
    private const string Ended = "rollups.transactions.ended";

    // The meter is the process's: other tests count too.
    private readonly string _name = $"ended-{Guid.NewGuid():N}"[..20];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private BroadcastMemory Memory => Host.Services.GetRequiredService<BroadcastMemory>();

    [Fact]
    public async Task A_claim_that_was_closed_before_it_is_recorded_is_counted_once()
    {
        using var meter = new Measurements();
        var app = await PendingAsync();
        await Host.ChangeAsync(db =>
            db.HaltApplicationAsync(app.Id, InoperableKind.Failed, "out of order", DateTimeOffset.UnixEpoch, Cancel)
        );
        Chain.Mine();
        var other = await Host.AddApplicationAsync("other", FakeChain.AddressOf(12), Consensus.Address);
        await Host.AddEpochAsync(other, 3, Root);
        // The account's next transaction closes the one of the stopped application.
        await Host.TurnAsync<SettleClaims>(other);
        (await StateAsync(app)).ShouldBe(TransactionState.Confirmed);
        meter.Of(Ended, _name).ShouldBe([(1, "CONFIRMED")]);

        await Host.PassAsync();

        (await Host.StatusAsync(app, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        meter.Of(Ended, _name).ShouldBe([(1, "CONFIRMED")]);
    }

    [Fact]
    public async Task A_recorded_claim_is_forgotten_and_its_block_is_known_to_be_reached()
    {
        using var meter = new Measurements();
        var app = await PendingAsync();
        Memory.Count.ShouldBe(1);
        Chain.Mine();

        await Host.PassAsync();

        (await StateAsync(app)).ShouldBe(TransactionState.Confirmed);
        Memory.Count.ShouldBe(0);
        Host.Services.GetRequiredService<MinedUpTo>().Block.ShouldBe(101ul);
        meter.Of(Ended, _name).ShouldBe([(1, "CONFIRMED")]);
    }

    [Fact]
    public async Task A_replica_that_only_observes_closes_and_counts_the_claim_that_it_records()
    {
        using var meter = new Measurements();
        var app = await PendingAsync();
        Chain.Mine();
        await using var observer = await Host.AnotherAsync(
            Chain,
            null,
            ("Services:Claimer:SubmissionEnabled", "false"),
            ("Signer:Kind", "none")
        );

        (await observer.PassAsync()).ShouldBe(1);
        await Host.PassAsync();

        (await StateAsync(app)).ShouldBe(TransactionState.Confirmed);
        meter.Of(Ended, _name).ShouldBe([(1, "CONFIRMED")]);
        meter.Of("rollups.transactions.gas", _name).ShouldBe([(70_000, "CONFIRMED")]);
    }

    [Fact]
    public async Task The_end_is_counted_though_its_cost_cannot_be_read()
    {
        using var meter = new Measurements();
        var app = await PendingAsync();
        Chain.Mine();
        await using var observer = await Host.AnotherAsync(
            Chain,
            null,
            ("Services:Claimer:SubmissionEnabled", "false"),
            ("Signer:Kind", "none")
        );
        Chain.FailReceipts = new EthereumRpcException("eth_getTransactionReceipt", -32000, "internal error");

        (await observer.PassAsync()).ShouldBe(1);

        (await StateAsync(app)).ShouldBe(TransactionState.Confirmed);
        meter.Of(Ended, _name).ShouldBe([(1, "CONFIRMED")]);
        meter.Of("rollups.transactions.gas", _name).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_end_that_is_not_committed_leaves_no_trace_and_one_that_is_repeated_is_counted_once()
    {
        using var meter = new Measurements();
        var app = await PendingAsync();
        var pending = (await Host.TransactionsAsync()).Single();
        Host.Commits.FailAfter(0, CommitEnd.NotCommitted);

        await Should.ThrowAsync<CommitFailedException>(EndAsync);

        (await StateAsync(app)).ShouldBe(TransactionState.Pending);
        Memory.Count.ShouldBe(1);
        meter.Of(Ended, _name).ShouldBeEmpty();

        Host.Commits.FailAfter(0, CommitEnd.NotCommitted, isTransient: true);
        await EndAsync();
        await EndAsync();

        (await StateAsync(app)).ShouldBe(TransactionState.Dropped);
        Memory.Count.ShouldBe(0);
        meter.Of(Ended, _name).ShouldBe([(1, "DROPPED")]);

        Task EndAsync() =>
            Host.Services.GetRequiredService<TransactionEnds>().EndAsync(_name, pending, TransactionState.Dropped, null, Cancel);
    }

    /// <summary>An application whose claim has been broadcast and is in no block.</summary>
    private async Task<Application> PendingAsync()
    {
        Chain.Automine = false;
        var app = await Host.AddApplicationAsync(_name, FakeChain.AddressOf(11), Consensus.Address);
        await Host.AddEpochAsync(app, 3, Root);
        await Host.PassAsync();
        (await StateAsync(app)).ShouldBe(TransactionState.Pending);
        return app;
    }

    private async Task<TransactionState> StateAsync(Application app) =>
        (await Host.TransactionsAsync()).Single(row => row.ApplicationId == app.Id).State;
}
