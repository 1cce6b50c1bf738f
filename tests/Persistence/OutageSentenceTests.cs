using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Rollups.Persistence.Tests;

/// <summary>Which failures the log calls an outage, and what ends it.</summary>
[NeedsServers]
public sealed class OutageSentenceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("statement_timeout", "57014")]
    [InlineData("idle_in_transaction_session_timeout", "25P03")]
    public async Task What_one_session_met_is_no_outage(string setting, string state)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        using var log = new RecordedLog();
        await using var process = new ProcessServices("postgresql", database.ConnectionString, log);

        var failure = await process.DoAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Token);
            var pid = await db.Database.SqlQuery<int>($"SELECT pg_backend_pid() AS \"Value\"").SingleAsync(Token);
            await db.Database.SqlQuery<string>($"SELECT set_config({setting}, '50', true) AS \"Value\"").SingleAsync(Token);
            await EndedAsync(database, pid);
            return await Should.ThrowAsync<Exception>(() =>
                db.Database.SqlQuery<int>($"SELECT 1 AS \"Value\" FROM pg_sleep(60)").ToListAsync(Token)
            );
        });

        failure.ShouldSatisfyAllConditions(
            () => process.Provider.FailureOf(failure).ShouldBe(DatabaseFailure.Passing, failure.ToString()),
            () => Causes.Of(failure).OfType<PostgresException>().First().SqlState.ShouldBe(state),
            () => LoggedOutage.LevelOf(failure, LogLevel.Warning).ShouldBe(LogLevel.Warning)
        );
        Outages(log).ShouldBeEmpty();

        // Only a session that waits in a transaction ends by itself.
        async Task EndedAsync(TestDatabase other, int pid)
        {
            while (
                state == "25P03"
                && await other
                    .NewContext()
                    .Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE pid = {pid}")
                    .SingleAsync(Token) > 0
            )
                await Task.Delay(20, Token);
        }
    }

    [Fact]
    public async Task A_server_that_takes_no_writes_is_one_outage_whatever_it_answers_to_reads()
    {
        await using var server = await OwnServer.StartPostgresAsync();
        using var log = new RecordedLog();
        await using var process = new ProcessServices("postgresql", await PostgresServer.CreateDatabaseAsync(server, Token), log);
        await process.Migrator.MigrateAsync(Token);

        await SetReadOnlyAsync(server, "on");
        while (await process.ProbeAsync() is null)
            await Task.Delay(20, Token);
        for (var i = 0; i < 3; i++)
        {
            (await process.DoAsync(db => db.Applications.CountAsync(Token))).ShouldBe(0);
            process.Provider.FailureOf((await process.ProbeAsync()).ShouldNotBeNull()).ShouldBe(DatabaseFailure.Unwritable);
        }

        Outages(log).ShouldBe([180]);

        await SetReadOnlyAsync(server, "off");
        while (await process.ProbeAsync() is not null)
            await Task.Delay(20, Token);
        Outages(log).ShouldBe([180, 181]);
    }

    private static async Task SetReadOnlyAsync(OwnServer server, string value)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.Address) { Database = "postgres", Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(Token);
        foreach (var sql in new[] { $"ALTER SYSTEM SET default_transaction_read_only = {value}", "SELECT pg_reload_conf()" })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Token);
        }
    }

    /// <summary>Event ids of the announcements of an outage and of its end.</summary>
    private static IEnumerable<int> Outages(RecordedLog log) => log.Lines.Select(line => line.EventId).Where(id => id is 180 or 181);
}
