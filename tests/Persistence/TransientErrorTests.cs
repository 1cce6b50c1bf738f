using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence.Tests;

public sealed class TransientErrorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task A_race_for_a_unique_key_is_transient_and_a_broken_rule_is_not(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);

        db.Add(Seed.NewInput(id, 3, 0));
        var race = await Should.ThrowAsync<Exception>(() => Seed.SaveAsync(db));
        (database.Provider.IsTransient(race), database.Provider.IsConflict(race)).ShouldBe((true, true));
        db.ChangeTracker.Clear();
        database
            .Provider.IsTransient(
                await Should.ThrowAsync<Exception>(() => Seed.MoveAsync(db, id, 3, EpochStatus.Open, EpochStatus.ClaimAccepted))
            )
            .ShouldBeFalse();
        database
            .Provider.IsTransient(
                await Should.ThrowAsync<Exception>(() =>
                    db.Epochs.ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.LastBlock, 0UL), Token)
                )
            )
            .ShouldBeFalse();
        database.Provider.IsTransient(new OperationCanceledException()).ShouldBeFalse();
        database.Provider.IsTransient(new InvalidOperationException("a mistake")).ShouldBeFalse();
    }

    [Fact]
    [Testing.NeedsServers]
    public async Task A_lost_connection_is_transient()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        var (victim, killer) = (database.NewContext(), database.NewContext());
        await using var transaction = await victim.Database.BeginTransactionAsync(Token);
        var pid = (await victim.Database.SqlQuery<int>($"SELECT pg_backend_pid()").ToListAsync(Token)).Single();
        await killer.Database.ExecuteSqlAsync($"SELECT pg_terminate_backend({pid})", Token);

        var lost = await Should.ThrowAsync<Exception>(() => victim.Applications.CountAsync(Token));

        database.Provider.IsTransient(lost).ShouldBeTrue(lost.ToString());
        database.Provider.IsConflict(lost).ShouldBeFalse(lost.ToString());
    }

    [Fact]
    [Testing.NeedsServers]
    public async Task A_deadlock_is_transient_for_the_one_that_is_given_up()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        var ids = new[] { await Seed.ApplicationAsync(database.NewContext()), await Seed.ApplicationAsync(database.NewContext()) };
        var both = new Barrier(2);

        var failures = await Task.WhenAll(LockAsync(ids[0], ids[1]), LockAsync(ids[1], ids[0]));

        failures.Count(failure => failure is not null).ShouldBe(1);
        database.Provider.IsTransient(failures.Single(failure => failure is not null)!).ShouldBeTrue();

        Task<Exception?> LockAsync(int first, int second) =>
            Task.Run(async () =>
            {
                var db = database.NewContext();
                await using var transaction = await db.Database.BeginTransactionAsync(Token);
                await database.Provider.LockApplicationAsync(db, first, Token);
                both.SignalAndWait(Token);
                try
                {
                    await database.Provider.LockApplicationAsync(db, second, Token);
                    return null;
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    return exception;
                }
            });
    }
}
