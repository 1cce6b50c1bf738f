using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence.Tests;

public sealed class RowLockTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task Locked_read_and_write_of_an_application_lose_no_update(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var id = await Seed.ApplicationAsync(database.NewContext());

        await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(_ => database.NewContext())
                .ToList()
                .Select(async db =>
                {
                    for (var i = 0; i < 10; i++)
                    {
                        await using var transaction = await db.Database.BeginTransactionAsync(Token);
                        (await database.Provider.LockApplicationAsync(db, id, Token)).ShouldBeTrue();
                        var done = await db.Applications.Where(app => app.Id == id).Select(app => app.ProcessedInputs).SingleAsync(Token);
                        await db
                            .Applications.Where(app => app.Id == id)
                            .ExecuteUpdateAsync(set => set.SetProperty(app => app.ProcessedInputs, done + 1), Token);
                        await transaction.CommitAsync(Token);
                    }
                })
        );

        (await database.NewContext().Applications.Select(app => app.ProcessedInputs).SingleAsync(Token)).ShouldBe(100UL);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_application_that_is_not_there_cannot_be_locked(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await using var transaction = await db.Database.BeginTransactionAsync(Token);

        (await database.Provider.LockApplicationAsync(db, 4711, Token)).ShouldBeFalse();
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_lock_without_a_transaction_is_a_mistake_that_is_told(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();

        await Should.ThrowAsync<InvalidOperationException>(() => database.Provider.LockApplicationAsync(db, 1, Token));
        await Should.ThrowAsync<InvalidOperationException>(() =>
            database.Provider.LoadForUpdateAsync<EpochLifecycleState>(db, Guid.NewGuid(), Token)
        );
    }

    [Theory]
    [OnBothDatabases]
    public async Task Sagas_loaded_for_update_lose_no_update_and_need_no_second_attempt(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var id = Guid.NewGuid();
        var first = database.NewContext();
        first.Add(
            new EpochLifecycleState
            {
                CorrelationId = id,
                ChainId = 1,
                Application = Seed.Address(1),
                EpochIndex = 1,
                Version = 1,
            }
        );
        await Seed.SaveAsync(first);

        await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(_ => database.NewContext())
                .ToList()
                .Select(async db =>
                {
                    for (var i = 0; i < 5; i++)
                    {
                        db.ChangeTracker.Clear();
                        await using var transaction = await db.Database.BeginTransactionAsync(Token);
                        var saga = (await database.Provider.LoadForUpdateAsync<EpochLifecycleState>(db, id, Token)).ShouldNotBeNull();
                        saga.Version++;
                        await db.SaveChangesAsync(Token);
                        await transaction.CommitAsync(Token);
                    }
                })
        );

        (await database.NewContext().EpochLifecycles.SingleAsync(Token)).Version.ShouldBe(51);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_saga_that_is_not_there_loads_as_null(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await using var transaction = await db.Database.BeginTransactionAsync(Token);

        (await database.Provider.LoadForUpdateAsync<EpochLifecycleState>(db, Guid.NewGuid(), Token)).ShouldBeNull();
    }

    [Theory]
    [OnBothDatabases]
    public async Task Every_lane_is_there_and_can_be_locked(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await using var transaction = await db.Database.BeginTransactionAsync(Token);
        for (short lane = 0; lane < OutboxLane.Count; lane++)
            (await database.Provider.TryLockLaneAsync(db, lane, Token)).ShouldBeTrue();
    }

    [Fact]
    [Testing.NeedsServers]
    public async Task A_lane_that_another_replica_holds_is_skipped_and_free_after_its_transaction()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        await using var other = database.Another();
        var (first, second) = (database.NewContext(), other.NewContext());
        var transaction = await first.Database.BeginTransactionAsync(Token);
        await using var waiting = await second.Database.BeginTransactionAsync(Token);

        (await database.Provider.TryLockLaneAsync(first, 3, Token)).ShouldBeTrue();
        (await other.Provider.TryLockLaneAsync(second, 3, Token)).ShouldBeFalse();
        (await other.Provider.TryLockLaneAsync(second, 4, Token)).ShouldBeTrue();
        await transaction.RollbackAsync(Token);
        (await other.Provider.TryLockLaneAsync(second, 3, Token)).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    [Testing.NeedsServers]
    public async Task Who_waits_for_a_lane_has_it_when_the_other_replica_ends_its_transaction()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        await using var other = database.Another();
        var (first, second) = (database.NewContext(), other.NewContext());
        var transaction = await first.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var waiting = await second.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        (await database.Provider.LockLaneAsync(first, 3, TestContext.Current.CancellationToken)).ShouldBeTrue();
        first.Add(
            new OutboxMessage
            {
                Lane = 3,
                ContentType = "application/json",
                MessageType = "urn:message:x",
                Body = "{}",
            }
        );
        await first.SaveChangesAsync(TestContext.Current.CancellationToken);

        var locked = other.Provider.LockLaneAsync(second, 3, TestContext.Current.CancellationToken);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        (await locked).ShouldBeTrue();
        // What the other committed before it let go is seen.
        (await second.Outbox.CountAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Fact]
    [Testing.NeedsServers]
    public async Task Writers_to_a_lane_do_not_wait_for_whoever_delivers_it()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        var (dispatcher, writer) = (database.NewContext(), database.NewContext());
        await using var transaction = await dispatcher.Database.BeginTransactionAsync(Token);
        await database.Provider.TryLockLaneAsync(dispatcher, 3, Token);

        writer.Add(
            new OutboxMessage
            {
                Lane = 3,
                ContentType = "application/json",
                MessageType = "urn:message:x",
                Body = "{}",
            }
        );
        await Seed.SaveAsync(writer);

        (await writer.Outbox.CountAsync(Token)).ShouldBe(1);
    }
}
