using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Rollups.Cli.Database;
using Rollups.Cli.Tests.Database;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Read;

/// <summary>A page costs the same however long the history is.</summary>
[NeedsServers]
public sealed class PageCostTests
{
    private const int History = 60_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("inputs big --limit 5", 6)]
    [InlineData("inputs big --limit 5 --after 9000", 6)]
    [InlineData("inputs big --limit 5 --epoch 0 --after 9000 --ascending", 6)]
    // The rows of the window, and once more to find its last one.
    [InlineData("inputs big --limit 5 --status REJECTED", 20_002)]
    public async Task A_page_reads_its_own_rows(string line, int rows)
    {
        using var fresh = await FreshDatabase.CreateAsync(DatabaseKind.Postgresql);
        await FillAsync(fresh);
        var before = await ReadRowsAsync(fresh);

        var answer = await CliProcess.RunHereAsync(StoredStory.VariablesOf(fresh), ["read", .. line.Split(' ')]);

        answer.ExitCode.ShouldBe(0, answer.Error);
        // The session reports its statistics as it ends.
        long read;
        while ((read = await ReadRowsAsync(fresh) - before) == 0)
            await Task.Delay(50, Cancel);
        read.ShouldBeLessThanOrEqualTo(rows);
    }

    private static async Task FillAsync(FreshDatabase fresh)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(fresh.Settings).Build();
        await using (var services = new ServiceCollection().AddLogging().AddRollupsPersistence(configuration).BuildServiceProvider())
            await services.MigrateAsync(Cancel);
        await using var database = NodeDatabase.Open(configuration);
        var app = TestApplications.Create("big", StoredStory.AddressOf(1));
        database.Db.Add(app);
        await database.Db.SaveChangesAsync(Cancel);
        database.Db.Add(
            new Epoch
            {
                ApplicationId = app.Id,
                LastBlock = 9,
                InputIndexUpperBound = History,
                Status = EpochStatus.Closed,
            }
        );
        await database.Db.SaveChangesAsync(Cancel);
        database.Db.Database.SetCommandTimeout(Hang.Limit);
        await database.Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO inputs (application_id, index, epoch_index, block_number, block_hash, raw_data, transaction_hash, log_index,
                status, machine_hash, outputs_merkle_root, created_at, updated_at)
            SELECT {app.Id}, number, 0, 1, {new byte[32]}, {new byte[1]}, {new byte[32]}, number, 'ACCEPTED', {new byte[32]}, {new byte[
                32
            ]},
                now(), now()
            FROM generate_series(0, {History - 1}) AS number
            """,
            Cancel
        );
        await database.Db.Database.ExecuteSqlAsync($"ANALYZE inputs", Cancel);
    }

    private static async Task<long> ReadRowsAsync(FreshDatabase fresh)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(fresh.ConnectionString) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'inputs'",
            connection
        );
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
