using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.EvmReader.Commands;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Commands;

/// <summary>Operators remove applications: everything of them goes, in batches, whatever ends in between.</summary>
public sealed class RemovalTests(PostgresServer postgres)
{
    private static readonly int[] Nothing = new int[11];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task A_removed_application_is_gone_with_all_its_rows_and_its_neighbour_stands(DatabaseKind kind)
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        var neighbour = await operation.Host.AddStoredAsync("neighbour", 1, inputs: 10);
        var app = await operation.Host.AddStoredAsync("echo", 2, inputs: 10);
        var (before, own) = (await operation.Host.RowsOfAsync(neighbour), await operation.Host.RowsOfAsync(app));
        own.ShouldNotContain(0);

        var answer = await operation.RemoveAsync("echo");

        (answer.Name, answer.AlreadyBegun, answer.TransactionsInFlight, answer.InputsLeft).ShouldBe(("echo", false, 0, 10UL));
        await operation.UntilHeardAsync(2);
        operation.Heard.ShouldBe(["AppDisabled", "AppRemoved"]);
        (await operation.Host.RowsOfAsync(app)).ShouldBe(Nothing);
        (await operation.Host.RowsOfAsync(neighbour)).ShouldBe(before);
        (await operation.RemoveRefusedAsync("echo")).ShouldStartWith("No application has the name 'echo'");
    }

    /// <summary>The unit of work does not retry this failure, as the end of the process would not.</summary>
    [Theory]
    [Slow]
    [OnBothDatabases]
    public async Task A_removal_that_ends_after_any_batch_is_continued_by_another_process(DatabaseKind kind)
    {
        for (var batches = 0; batches < 12; batches++)
        {
            await using var host = await Task.Run(() =>
                kind == DatabaseKind.Sqlite ? ReaderService.CreateAsync() : ReaderService.CreateAsync(postgres)
            );
            var app = await host.AddStoredAsync("echo", 1, inputs: 1_500);
            var all = await host.RowsOfAsync(app);
            await host.SetStateAsync(app, ApplicationState.Removing);
            host.Commits.FailAfter(batches, CommitEnd.NotCommitted);

            await Should.ThrowAsync<CommitFailedException>(() => host.PassAsync<RemoveApplications>());

            var left = await host.RowsOfAsync(app);
            left[0].ShouldBe(1);
            (all.Sum() - left.Sum()).ShouldBeInRange(batches == 0 ? 0 : 1, 1_000 * batches);
            await using var heir = await host.AnotherAsync();
            await heir.PassAsync<RemoveApplications>();
            (await heir.RowsOfAsync(app)).ShouldBe(Nothing);
            (await heir.EventsAsync()).ShouldBe(["AppRemoved"]);
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task Two_processes_that_remove_the_same_application_announce_it_once(DatabaseKind kind)
    {
        await using var host = await Task.Run(() =>
            kind == DatabaseKind.Sqlite ? ReaderService.CreateAsync() : ReaderService.CreateAsync(postgres)
        );
        var app = await host.AddStoredAsync("echo", 1, inputs: 2_500);
        await host.SetStateAsync(app, ApplicationState.Removing);
        // SQLite has one process; there a second run of the same one stands for it.
        await using var other = kind == DatabaseKind.Sqlite ? null : await host.AnotherAsync();

        await Task.WhenAll(host.PassAsync<RemoveApplications>(), (other ?? host).PassAsync<RemoveApplications>());

        (await host.RowsOfAsync(app)).ShouldBe(Nothing);
        (await host.EventsAsync()).ShouldBe(["AppRemoved"]);
    }

    [Fact]
    public async Task A_claim_on_its_way_is_in_the_way_and_force_waits_for_the_nodes_own_transactions()
    {
        await using var operation = await Operator.StartAsync(postgres, DatabaseKind.Sqlite);
        var host = operation.Host;
        var app = await host.AddAsync("echo", 1);
        await host.AddEpochAsync(app, 3, FakeChain.HashOf("root"));
        await host.AddTransactionAsync(app, 3, FakeChain.AddressOf(4), 1, FakeChain.HashOf("sent"), TransactionState.Pending);

        var reason = await operation.RemoveRefusedAsync("echo");
        reason.ShouldStartWith("The application 'echo' has 1 claim on the way, and L1 has not decided it yet");
        reason.ShouldContain("does not see what L1 decides");
        (await host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);

        (await operation.RemoveAsync("echo", force: true)).TransactionsInFlight.ShouldBe(1);
        (await operation.RemoveAsync("echo", force: true)).AlreadyBegun.ShouldBeTrue();
        (await host.PassAsync<RemoveApplications>()).ShouldBe(0);
        (await host.RowsOfAsync(app))[1].ShouldBe(1);

        await host.ChangeAsync(db =>
            db.Transactions.ExecuteUpdateAsync(set => set.SetProperty(row => row.State, TransactionState.Confirmed), Cancel)
        );
        await host.SyncAsync<RemoveApplications>();
        await operation.UntilHeardAsync(2);
        (await host.RowsOfAsync(app)).ShouldBe(Nothing);
    }

    /// <summary>No sync runs in this host, so only the end of the last event's delivery can wake the removal.</summary>
    [Theory]
    [OnBothDatabases]
    public async Task A_removal_waits_for_the_last_event_and_goes_on_as_soon_as_it_is_delivered(DatabaseKind kind)
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        var app = await operation.Host.AddStoredAsync("echo", 1, inputs: 10);
        await operation.Host.ChangeAsync(db =>
        {
            db.AddRange(Enumerable.Range(0, OutboxLane.Count).Select(lane => UndeliverableOf(app, (short)lane)));
            return Task.CompletedTask;
        });

        await operation.RemoveAsync("echo");
        await operation.Host.Log.UntilAsync("waits until its events have reached the broker", Cancel);
        (await operation.Host.RowsOfAsync(app)).ShouldNotContain(0);

        await operation.Host.ChangeAsync(db => db.Outbox.Where(row => row.NotBefore != null).ExecuteDeleteAsync(Cancel));

        await operation.UntilHeardAsync(2);
        operation.Heard.ShouldBe(["AppDisabled", "AppRemoved"]);
        (await operation.Host.RowsOfAsync(app)).ShouldBe(Nothing);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_application_under_Dave_goes_with_its_tournaments_and_not_before_its_bond_is_safe(DatabaseKind kind)
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        var host = operation.Host;
        var neighbour = await host.AddDisputedAsync("neighbour", 1);
        var app = await host.AddDisputedAsync("dave", 2);
        var (others, own) = (await host.DisputesOfAsync(neighbour), await host.DisputesOfAsync(app));
        own.ShouldNotContain(0);

        // It has joined a tournament that is not settled.
        var reason = await operation.RemoveRefusedAsync("dave");
        reason.ShouldStartWith("The application 'dave' has 1 claim on the way");
        reason.ShouldContain("so that the bond can be lost");
        (await host.DisputesOfAsync(app)).ShouldBe(own);

        await host.SettleDisputeAsync(app);
        await operation.RemoveAsync("dave");
        await operation.UntilHeardAsync(2);

        operation.Heard.ShouldBe(["AppDisabled", "AppRemoved"]);
        (await host.DisputesOfAsync(app)).ShouldBe(new int[own.Length]);
        (await host.DisputesOfAsync(neighbour)).ShouldBe(others);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Force_removes_an_application_under_Dave_once_its_own_transactions_are_at_their_end(DatabaseKind kind)
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        var host = operation.Host;
        var app = await host.AddDisputedAsync("dave", 2);
        await host.AddTransactionAsync(app, 1, FakeChain.AddressOf(4), 9, FakeChain.HashOf("win"), TransactionState.Pending);
        var own = await host.DisputesOfAsync(app);

        (await operation.RemoveAsync("dave", force: true)).TransactionsInFlight.ShouldBe(1);
        (await host.PassAsync<RemoveApplications>()).ShouldBe(0);
        (await host.DisputesOfAsync(app)).ShouldBe(own);

        await host.ChangeAsync(db =>
            db.Transactions.ExecuteUpdateAsync(set => set.SetProperty(row => row.State, TransactionState.LostRace), Cancel)
        );
        await host.SyncAsync<RemoveApplications>();
        await operation.UntilHeardAsync(2);
        (await host.DisputesOfAsync(app)).ShouldBe(new int[own.Length]);
    }

    [Theory]
    [InlineData(InoperableKind.Diverged)]
    [InlineData(InoperableKind.Corrupted)]
    [InlineData(InoperableKind.GuestException)]
    public async Task A_fault_that_is_final_does_not_keep_an_application(InoperableKind fault)
    {
        await using var operation = await Operator.StartAsync(postgres, DatabaseKind.Sqlite);
        var app = await operation.Host.AddAsync("echo", 1);
        await operation.Host.ChangeAsync(db =>
            db.Applications.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.State, ApplicationState.Inoperable)
                        .SetProperty(row => row.ReasonKind, fault)
                        .SetProperty(row => row.Reason, "why"),
                Cancel
            )
        );

        await operation.RemoveAsync("echo");

        await operation.UntilHeardAsync(2);
        (await operation.Host.RowsOfAsync(app)).ShouldBe(Nothing);
    }

    [Fact]
    public async Task Events_of_a_removed_application_are_counted_and_are_no_error()
    {
        await using var operation = await Operator.StartAsync(postgres, DatabaseKind.Sqlite);
        var app = await operation.Host.AddAsync("echo", 1);
        await operation.RemoveAsync("echo");
        await operation.UntilHeardAsync(2);

        (await operation.Host.TurnAsync<RemoveApplications>(app)).ShouldBe(WorkResult.Nothing);
        (await operation.Host.PassAsync()).Done.ShouldBe(0);
        (await operation.EnableRefusedAsync("echo")).ShouldStartWith("No application has the name 'echo'");
    }

    // In every lane: which one the application has is the outbox's own affair.
    private static OutboxMessage UndeliverableOf(Application app, short lane) =>
        new()
        {
            Lane = lane,
            CreatedAt = DateTimeOffset.UnixEpoch,
            NotBefore = DateTimeOffset.UnixEpoch.AddYears(100),
            MessageId = Guid.NewGuid(),
            ContentType = "application/json",
            MessageType = "",
            Body = $$"""{"application":"{{app.Address}}"}""",
        };
}
