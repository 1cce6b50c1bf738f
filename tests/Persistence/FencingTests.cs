using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence.Tests;

/// <summary>Whoever has lost a lease cannot commit what it decided as its owner.</summary>
public sealed class FencingTests
{
    private const string Name = "advancer:echo";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task An_owner_holds_its_lease_in_a_transaction_and_a_former_one_does_not(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var id = await ApplicationAsync(database);
        var former = (await database.Provider.TryAcquireLeaseAsync(Name, Token)).ShouldNotBeNull();
        (await HoldsAsync(database, former, id)).ShouldBe((true, true));
        await former.DisposeAsync();

        await using var owner = (await database.Provider.TryAcquireLeaseAsync(Name, Token)).ShouldNotBeNull();
        owner.Term.ShouldBeGreaterThan(former.Term);
        (await HoldsAsync(database, owner, id)).ShouldBe((true, true));
        (await HoldsAsync(database, former, id)).ShouldBe((false, false));
        (await HoldsAsync(database, owner, 4711)).ShouldBe((true, false));
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_lease_held_without_a_transaction_is_a_mistake_that_is_told(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var lease = (await database.Provider.TryAcquireLeaseAsync(Name, Token)).ShouldNotBeNull();

        await Should.ThrowAsync<InvalidOperationException>(() => database.Provider.HoldLeaseAsync(database.NewContext(), lease, Token));
    }

    [Fact]
    [NeedsServers]
    public async Task A_lease_that_was_lost_with_its_connection_passes_to_nobody_before_the_last_transaction_of_its_owner_has_ended()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        await using var other = database.Another();
        var id = await ApplicationAsync(database);
        var former = (await database.Provider.TryAcquireLeaseAsync(Name, Token)).ShouldNotBeNull();
        var db = database.NewContext();
        await using (var transaction = await db.Database.BeginTransactionAsync(Token))
        {
            (await database.Provider.LockApplicationAsync(db, id, former, Token)).ShouldBeTrue();
            await EndSessionsAsync(other);
            await WaitForAsync(former.Lost);

            (await other.Provider.TryAcquireLeaseAsync(Name, Token)).ShouldBeNull();
            await db.Applications.ExecuteUpdateAsync(set => set.SetProperty(app => app.ProcessedInputs, 1UL), Token);
            await transaction.CommitAsync(Token);
        }

        await using var owner = (await other.Provider.TryAcquireLeaseAsync(Name, Token)).ShouldNotBeNull();
        (await HoldsAsync(database, former, id)).ShouldBe((false, false));
        (await HoldsAsync(other, owner, id)).ShouldBe((true, true));
    }

    [Fact]
    [NeedsServers]
    public async Task Two_transactions_of_an_owner_hold_its_lease_at_once()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        await using var lease = (await database.Provider.TryAcquireLeaseAsync(Name, Token)).ShouldNotBeNull();
        var (first, second) = (database.NewContext(), database.NewContext());
        await using var one = await first.Database.BeginTransactionAsync(Token);
        await using var two = await second.Database.BeginTransactionAsync(Token);

        (await database.Provider.HoldLeaseAsync(first, lease, Token)).ShouldBeTrue();
        (await database.Provider.HoldLeaseAsync(second, lease, Token)).ShouldBeTrue();
    }

    private static Task<int> ApplicationAsync(TestDatabase database) => Seed.ApplicationAsync(database.NewContext());

    private static async Task<(bool Lease, bool Application)> HoldsAsync(TestDatabase database, ILease lease, int applicationId)
    {
        var db = database.NewContext();
        await using var transaction = await db.Database.BeginTransactionAsync(Token);
        return (
            await database.Provider.HoldLeaseAsync(db, lease, Token),
            await database.Provider.LockApplicationAsync(db, applicationId, lease, Token)
        );
    }

    private static Task<int> EndSessionsAsync(TestDatabase database) =>
        database
            .NewContext()
            .Database.ExecuteSqlAsync(
                $"""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name LIKE 'rollups-leases %'
                """,
                Token
            );

    private static Task WaitForAsync(CancellationToken lost)
    {
        var cancelled = new TaskCompletionSource();
        lost.Register(cancelled.SetResult);
        return cancelled.Task.WaitAsync(Token);
    }
}
