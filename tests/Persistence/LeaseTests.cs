using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence.Tests;

public sealed class LeaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task A_lease_has_one_holder_in_all_processes_until_it_is_handed_on(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var other = database.Another();

        var lease = (await database.Provider.TryAcquireLeaseAsync("evm-reader:31337", Token)).ShouldNotBeNull();
        (await other.Provider.TryAcquireLeaseAsync("evm-reader:31337", Token)).ShouldBeNull();
        (await database.Provider.TryAcquireLeaseAsync("evm-reader:31337", Token)).ShouldBeNull();
        await using (var another = await other.Provider.TryAcquireLeaseAsync("evm-reader:1", Token))
            another.ShouldNotBeNull();
        await lease.DisposeAsync();
        await lease.DisposeAsync();
        lease.Lost.IsCancellationRequested.ShouldBeFalse();

        await using var next = await other.Provider.TryAcquireLeaseAsync("evm-reader:31337", Token);
        next.ShouldNotBeNull().Name.ShouldBe("evm-reader:31337");
    }

    [Theory]
    [OnBothDatabases]
    public async Task Of_many_that_want_a_lease_one_gets_it(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var other = database.Another();

        var leases = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? database : other).Provider.TryAcquireLeaseAsync("claimer", Token))
        );

        leases.Count(lease => lease is not null).ShouldBe(1);
    }

    [Fact]
    [Testing.NeedsServers]
    public async Task Processes_that_join_a_group_are_counted_once_each_until_they_end()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        await using (var other = database.Another())
        {
            (await database.Provider.CountReplicasAsync("advancers", Token)).ShouldBe(1);
            (await other.Provider.CountReplicasAsync("advancers", Token)).ShouldBe(2);
            (await other.Provider.CountReplicasAsync("validators", Token)).ShouldBe(1);
            (await database.Provider.CountReplicasAsync("advancers", Token)).ShouldBe(2);
        }

        // The server notices the closed connection on its own time.
        while (await database.Provider.CountReplicasAsync("advancers", Token) != 1)
            await Task.Delay(10, Token);
    }

    [Fact]
    [Testing.NeedsServers]
    public async Task Every_lease_of_a_session_is_lost_with_its_connection_and_can_be_taken_again()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        var first = (await database.Provider.TryAcquireLeaseAsync("one", Token)).ShouldNotBeNull();
        var second = (await database.Provider.TryAcquireLeaseAsync("two", Token)).ShouldNotBeNull();
        var lost = Task.WhenAll(CancelledAsync(first.Lost), CancelledAsync(second.Lost));

        await database
            .NewContext()
            .Database.ExecuteSqlAsync(
                $"""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name LIKE 'rollups-leases %'
                """,
                Token
            );
        await lost.WaitAsync(Token);

        await first.DisposeAsync();
        await using var again = await database.Provider.TryAcquireLeaseAsync("one", Token);
        again.ShouldNotBeNull().Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    [Testing.NeedsServers]
    public async Task A_thousand_leases_cost_one_connection_and_the_end_of_the_process_frees_them()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        await using (var process = database.Another())
        {
            for (var i = 0; i < 1000; i++)
                (await process.Provider.TryAcquireLeaseAsync($"advancer:{i}", Token)).ShouldNotBeNull();
            (
                await database
                    .NewContext()
                    .Database.SqlQuery<int>(
                        $"""
                        SELECT count(*)::int AS "Value" FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name LIKE 'rollups-leases %'
                        """
                    )
                    .SingleAsync(Token)
            ).ShouldBe(1);
            (await database.Provider.TryAcquireLeaseAsync("advancer:7", Token)).ShouldBeNull();
        }

        // The server notices the closed connection on its own time.
        ILease? lease = null;
        while (lease is null)
            lease = await database.Provider.TryAcquireLeaseAsync("advancer:7", Token);
        await lease.DisposeAsync();
    }

    private static Task CancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        token.Register(cancelled.SetResult);
        return cancelled.Task;
    }
}
