using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Messaging.Tests.Transitions;
using Rollups.Persistence.Tests;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Outbox;

/// <summary>What a unit of work leaves to do once its change is committed.</summary>
public sealed class AfterTheCommitTests
{
    [Theory]
    [OnBothDatabases]
    public async Task Runs_once_the_change_is_visible_to_others_and_in_order(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var id = await Seed.EpochAsync(database.NewContext());
        List<string> seen = [];

        await ExecuteAsync(
            database,
            async (scope, token) =>
            {
                scope.OnCommitted(async _ => seen.Add($"first, {(await database.EpochAsync(id)).UpdatedAt:O}"));
                await TouchAsync(scope, id, token);
                scope.OnCommitted(_ => Add(seen, "second"));
                seen.Add("unit");
            }
        );

        seen.ShouldBe(["unit", $"first, {Later:O}", "second"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Does_not_run_when_the_unit_is_rolled_back(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        List<string> seen = [];

        await Should.ThrowAsync<InvalidOperationException>(
            ExecuteAsync(
                database,
                (scope, _) =>
                {
                    scope.OnCommitted(_ => Add(seen, "committed"));
                    throw new InvalidOperationException("The rest of the unit failed.");
                }
            )
        );

        seen.ShouldBeEmpty();
    }

    [Theory]
    [OnBothDatabases]
    public async Task Runs_once_for_a_unit_that_is_repeated(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var attempts = 0;
        List<string> seen = [];

        await ExecuteAsync(
            database,
            (scope, _) =>
            {
                var attempt = ++attempts;
                scope.OnCommitted(_ => Add(seen, $"attempt {attempt}"));
                return attempt < 3 ? throw new DbUpdateConcurrencyException("The line broke.") : Task.CompletedTask;
            }
        );

        seen.ShouldBe(["attempt 3"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_failure_of_it_reaches_the_caller_and_repeats_nothing(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var id = await Seed.EpochAsync(database.NewContext());
        var attempts = 0;

        await Should.ThrowAsync<DbUpdateConcurrencyException>(
            ExecuteAsync(
                database,
                async (scope, token) =>
                {
                    attempts++;
                    await TouchAsync(scope, id, token);
                    scope.OnCommitted(_ => throw new DbUpdateConcurrencyException("The line broke."));
                }
            )
        );

        attempts.ShouldBe(1);
        (await database.EpochAsync(id)).UpdatedAt.ShouldBe(Later);
    }

    private static DateTimeOffset Later => Seed.Now.AddMinutes(7);

    private static Task<bool> ExecuteAsync(TransitionDatabase database, Func<IWorkScope, CancellationToken, Task> work) =>
        database.Unit.ExecuteAsync(
            async (scope, token) =>
            {
                await work(scope, token);
                return true;
            },
            Patience.Token
        );

    private static Task<int> TouchAsync(IWorkScope scope, int id, CancellationToken cancellationToken) =>
        scope
            .Db.Epochs.Where(row => row.ApplicationId == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UpdatedAt, Later), cancellationToken);

    private static Task Add(List<string> seen, string line)
    {
        seen.Add(line);
        return Task.CompletedTask;
    }
}
