using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Rollups.Persistence.Tests;

/// <summary>
/// An upgrade under load: what the services of an earlier version do to the database goes on while this version's migrations are applied.
/// Their statements name the columns of the earlier schema alone.
/// </summary>
[Testing.NeedsServers]
public sealed class UpgradeTests
{
    private const int Writers = 4;
    private const int EpochsBefore = 200;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_epoch_is_kept_while_writers_of_the_previous_schema_go_on()
    {
        await using var database = await PreviousAsync();
        for (var index = 0; index < EpochsBefore; index++)
            await WriteEpochAsync(database.ConnectionString, writer: 0, index);
        using var stop = new CancellationTokenSource();
        var written = Enumerable.Range(0, Writers).Select(writer => WriteAsync(database.ConnectionString, writer, stop.Token)).ToList();
        await UntilAsync(() => CountAsync(database.ConnectionString), count => count > EpochsBefore + Writers);

        await database.Migrator.MigrateAsync(Token);

        var at = await CountAsync(database.ConnectionString);
        await UntilAsync(() => CountAsync(database.ConnectionString), count => count > at + Writers);
        await stop.CancelAsync();
        var all = (await Task.WhenAll(written)).Sum() + EpochsBefore;
        var db = database.NewContext();
        (await db.Epochs.CountAsync(Token)).ShouldBe(all);
        (await db.Inputs.CountAsync(Token)).ShouldBe(all);
        (await db.Database.GetPendingMigrationsAsync(Token)).ShouldBeEmpty();
        TestContext.Current.SendDiagnosticMessage($"{all} epochs kept, {at - EpochsBefore} of them written before the end of the upgrade");
    }

    [Fact]
    public async Task A_migration_gives_way_to_a_long_transaction_and_tries_again()
    {
        await using var database = await PreviousAsync();
        await using var holder = new NpgsqlConnection(database.ConnectionString);
        await holder.OpenAsync(Token);
        await using var transaction = await holder.BeginTransactionAsync(Token);
        await ExecuteAsync(holder, "LOCK TABLE applications, epochs, inputs, outputs, reports, outbox IN ACCESS SHARE MODE");

        var upgrade = database.Migrator.MigrateAsync(Token);
        await UntilAsync(() => WaitersAsync(database.ConnectionString), waiters => waiters > 0);
        // It has let go, so that others are not kept behind it.
        await UntilAsync(() => WaitersAsync(database.ConnectionString), waiters => waiters == 0);
        upgrade.IsCompleted.ShouldBeFalse();
        await WriteEpochAsync(database.ConnectionString, writer: 0, index: 0);
        await transaction.RollbackAsync(Token);

        await upgrade;
        (await CountAsync(database.ConnectionString)).ShouldBe(1);
    }

    /// <summary>Npgsql gives up on a statement after 30 seconds, in which a big table is not rewritten. Here it is one second.</summary>
    [Fact]
    public async Task A_statement_of_a_migration_may_take_longer_than_any_other()
    {
        await using var database = await PreviousAsync();
        var impatient = new NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 1 };
        var settings = new Dictionary<string, string?>
        {
            ["Database:Provider"] = "postgresql",
            ["Database:ConnectionString"] = impatient.ConnectionString,
        };
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddRollupsPersistence(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
        await using var holder = new NpgsqlConnection(database.ConnectionString);
        await holder.OpenAsync(Token);
        await using var transaction = await holder.BeginTransactionAsync(Token);
        await ExecuteAsync(holder, "LOCK TABLE applications, epochs, inputs, outputs, reports, outbox IN ACCESS SHARE MODE");

        var upgrade = services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(Token);
        await UntilAsync(() => WaitersAsync(database.ConnectionString), waiters => waiters > 0);
        // It waits for two seconds, then for another try.
        await UntilAsync(() => WaitersAsync(database.ConnectionString), waiters => waiters == 0);
        await transaction.RollbackAsync(Token);

        await upgrade;
        (await database.NewContext().Database.GetPendingMigrationsAsync(Token)).ShouldBeEmpty();
    }

    /// <summary>A service of the previous version runs on this schema, unless <see cref="OlderBuilds.Oldest"/> excludes it.</summary>
    [Fact]
    public async Task A_migration_that_takes_something_away_admits_no_build_that_may_use_it()
    {
        await using var database = await TestDatabase.CreateEmptyAsync(DatabaseKind.Postgresql);
        var db = database.NewContext();
        var assembly = db.GetService<IMigrationsAssembly>();
        var later = assembly.Migrations.SkipWhile(migration => !migration.Key.EndsWith("_" + OlderBuilds.Oldest)).Skip(1);

        later
            .SelectMany(migration =>
                assembly
                    .CreateMigration(migration.Value, db.Database.ProviderName!)
                    .UpOperations.Where(TakesAway)
                    .Select(operation => $"{migration.Key}: {operation.GetType().Name}")
            )
            .ShouldBeEmpty("add only (docs/decisions/0009), or raise OlderBuilds.Oldest");
    }

    private static bool TakesAway(MigrationOperation operation) =>
        operation
            is DropTableOperation
                or DropColumnOperation
                or RenameTableOperation
                or RenameColumnOperation
                or AddColumnOperation { IsNullable: false, DefaultValue: null, DefaultValueSql: null, ComputedColumnSql: null }
                or AlterColumnOperation { IsNullable: false, OldColumn.IsNullable: true };

    /// <summary>
    /// A database before the newest migration that changes a table of the writers, with an application. A migration that only adds tables
    /// waits for nobody.
    /// </summary>
    private static async Task<TestDatabase> PreviousAsync()
    {
        var database = await TestDatabase.CreateEmptyAsync(DatabaseKind.Postgresql);
        var db = database.NewContext();
        var assembly = db.GetService<IMigrationsAssembly>();
        var newest = assembly.Migrations.Last(migration =>
            assembly
                .CreateMigration(migration.Value, db.Database.ProviderName!)
                .UpOperations.OfType<AddColumnOperation>()
                .Any(column => column.Table is "epochs" or "inputs" or "outputs" or "reports" or "applications")
        );
        var previous = assembly.Migrations.Keys.Last(id => string.CompareOrdinal(id, newest.Key) < 0);
        await db.GetService<IMigrator>().MigrateAsync(previous, Token);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Token);
        for (var writer = 0; writer < Writers; writer++)
            await ExecuteAsync(
                connection,
                $"""
                INSERT INTO applications (id, name, address, consensus_address, input_box_address, input_box_block, deployment_block,
                    template_hash, template_uri, epoch_length, consensus_type, state, processed_inputs, last_input_check_block,
                    last_output_check_block, last_epoch_check_block, last_tournament_check_block, last_claim_check_block, created_at,
                    updated_at)
                VALUES ({writer + 1}, 'echo-{writer}', decode('{writer:x40}', 'hex'), decode('{100 + writer:x40}', 'hex'),
                    decode('{200:x40}', 'hex'), 1, 1, decode('{1:x64}', 'hex'), 'echo:', 10, 'AUTHORITY', 'ENABLED', 0, 0, 0, 0, 0, 0,
                    now(), now())
                """
            );
        return database;
    }

    private static async Task<int> WriteAsync(string connectionString, int writer, CancellationToken stop)
    {
        var written = 0;
        for (var index = writer == 0 ? EpochsBefore : 0; !stop.IsCancellationRequested; index++)
        {
            await WriteEpochAsync(connectionString, writer, index);
            written++;
        }

        return written;
    }

    /// <summary>An epoch with its input, in one transaction that is repeated after a deadlock, as a unit of work is.</summary>
    private static async Task WriteEpochAsync(string connectionString, int writer, int index)
    {
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                await connection.OpenAsync(Token);
                await using var transaction = await connection.BeginTransactionAsync(Token);
                await ExecuteAsync(
                    connection,
                    $"""
                    INSERT INTO epochs (application_id, index, virtual_index, first_block, last_block, input_index_lower_bound,
                        input_index_upper_bound, status, claim_round, is_provisional, opened_at,
                        created_at, updated_at)
                    VALUES ({writer + 1}, {index}, {index}, {index * 10}, {(index * 10) + 9}, {index}, {index
                        + 1}, 'CLOSED', 0, false, now(),
                        now(), now());
                    INSERT INTO inputs (application_id, index, epoch_index, block_number, block_hash, raw_data, transaction_hash, log_index,
                        status, created_at, updated_at)
                    VALUES ({writer + 1}, {index}, {index}, {index * 10}, decode('{1:x64}', 'hex'), decode('00', 'hex'),
                        decode('{index:x64}', 'hex'), 0, 'NONE', now(), now())
                    """
                );
                await transaction.CommitAsync(Token);
                return;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
                // The migration was in the way.
            }
        }
    }

    private static async Task<int> CountAsync(string connectionString) =>
        (int)await ScalarAsync(connectionString, "SELECT count(*) FROM epochs");

    private static async Task<int> WaitersAsync(string connectionString) =>
        (int)
            await ScalarAsync(
                connectionString,
                """
                SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
                WHERE datname = current_database() AND NOT granted
                """
            );

    private static async Task<long> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    private static async Task UntilAsync(Func<Task<int>> read, Func<int, bool> done)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Hang.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!done(await read()))
            await timer.WaitForNextTickAsync(limit.Token);
    }
}
