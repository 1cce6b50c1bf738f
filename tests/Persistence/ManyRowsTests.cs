using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence.Tests;

/// <summary>Statements with many rows plan the look-ups of guards and foreign keys once; the rules stay the same.</summary>
public sealed class ManyRowsTests
{
    private const int Rows = 300;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [NeedsServers]
    public async Task Many_rows_of_large_tables_are_planned_once_and_searched_by_the_key()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        await using (var before = await db.Database.BeginTransactionAsync(Token))
        {
            // Above the limit of each table; no statistics are known.
            for (var batch = 0; batch < 45; batch++)
                await StoreAsync(batch);
            await before.CommitAsync(Token);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(Token);
        for (var batch = 45; batch < 48; batch++)
            await StoreAsync(batch);

        const int All = 3 * Rows;
        foreach (var (table, fetches) in new[] { ("inputs", 10), ("epochs", 3), ("outputs", 2), ("reports", 2) })
        {
            (await ReadAsync(db, table, byIndex: false)).ShouldBe(0, table);
            (await ReadAsync(db, table, byIndex: true)).ShouldBeLessThanOrEqualTo(fetches * All, table);
        }

        (
            await db
                .Database.SqlQuery<long>(
                    $"SELECT count(*) AS \"Value\" FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO%' AND generic_plans > 0"
                )
                .SingleAsync(Token)
        ).ShouldBe(3);
        (await SettingsAsync(db)).ShouldBe("force_custom_plan on on");
        await transaction.CommitAsync(Token);

        async Task StoreAsync(int batch)
        {
            await database.Provider.AddInputsAsync(db, Inputs(id, batch * Rows), Token);
            (await database.Provider.StoreResultsAsync(db, Results(id, batch * Rows), Token)).ShouldBe(Rows);
        }
    }

    [Fact]
    [NeedsServers]
    public async Task A_failure_takes_the_settings_back()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        var db = database.NewContext();
        await db.Database.OpenConnectionAsync(Token);
        var id = await Seed.EpochAsync(db);
        await using (await db.Database.BeginTransactionAsync(Token))
            await Refusal.ByAsync("input_without_gap", () => database.Provider.AddInputsAsync(db, Inputs(id, 1), Token));

        (await SettingsAsync(db)).ShouldBe("force_custom_plan on on");
    }

    [Theory]
    [OnBothDatabases]
    public async Task Guards_and_keys_refuse_one_wrong_row_among_many(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        var finished = await Seed.EpochAsync(db);
        await Seed.BringToAsync(db, finished, 3, EpochStatus.InputsProcessed);
        var provider = database.Provider;

        await InTransactionAsync(() => provider.AddInputsAsync(db, Inputs(id, 0), Token));
        await InTransactionAsync(() => provider.StoreResultsAsync(db, Results(id, 0), Token));
        await InTransactionAsync(() => provider.AddInputsAsync(db, Inputs(id, Rows), Token));
        await RefusedAsync(
            "input_without_gap",
            () => provider.AddInputsAsync(db, [.. Inputs(id, 2 * Rows).SkipLast(1), .. Inputs(id, 3 * Rows)], Token)
        );
        await RefusedAsync("input_into_finished_epoch", () => provider.AddInputsAsync(db, Inputs(finished, 0), Token));
        var results = Results(id, Rows);
        await RefusedAsync(
            "output_without_gap",
            () => provider.StoreResultsAsync(db, results with { Outputs = [.. results.Outputs.Skip(1)] }, Token)
        );
        await RefusedAsync(
            "report_without_gap",
            () => provider.StoreResultsAsync(db, results with { Reports = [.. results.Reports.Skip(1)] }, Token)
        );
        // Of an input that does not exist.
        results.Outputs[^1].InputIndex = 3 * Rows;
        await RefusedAsync(
            kind == DatabaseKind.Postgresql ? "fk_outputs_inputs" : "FOREIGN KEY",
            () => provider.StoreResultsAsync(db, results, Token)
        );

        async Task InTransactionAsync(Func<Task> write)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Token);
            await write();
            await transaction.CommitAsync(Token);
        }

        Task RefusedAsync(string name, Func<Task> write) => Refusal.ByAsync(name, () => InTransactionAsync(write));
    }

    private static List<Input> Inputs(int id, int first) =>
        [.. Enumerable.Range(first, Rows).Select(index => Seed.NewInput(id, 3, (ulong)index))];

    private static ResultRows Results(int id, int first) =>
        new(
            id,
            Seed.Now,
            [
                .. Enumerable
                    .Range(first, Rows)
                    .Select(index => new InputResult((ulong)index, 3, InputStatus.Accepted, Seed.Hash(1), Seed.Hash(2), null)),
            ],
            [.. Enumerable.Range(first, Rows).Select(index => Seed.NewOutput(id, 3, (ulong)index, (ulong)index))],
            [.. Enumerable.Range(first, Rows).Select(index => Seed.NewReport(id, 3, (ulong)index, (ulong)index))],
            []
        );

    /// <summary>Rows of a table that the transaction has read by an index, or without one.</summary>
    private static Task<long> ReadAsync(RollupsDbContext db, string table, bool byIndex) =>
        db
            .Database.SqlQuery<long>(
                $"""
                SELECT CASE WHEN {byIndex} THEN idx_tup_fetch ELSE seq_tup_read END AS "Value"
                FROM pg_stat_xact_user_tables WHERE relname = {table}
                """
            )
            .SingleAsync(Token);

    private static Task<string> SettingsAsync(RollupsDbContext db) =>
        db
            .Database.SqlQuery<string>(
                $"""
                SELECT concat_ws(' ', current_setting('plan_cache_mode'), current_setting('enable_seqscan'),
                    current_setting('enable_nestloop')) AS "Value"
                """
            )
            .SingleAsync(Token);
}
