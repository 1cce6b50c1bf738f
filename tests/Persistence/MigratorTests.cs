using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Settings;

namespace Rollups.Persistence.Tests;

public sealed class MigratorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task Processes_that_start_together_migrate_once(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(kind);
        var processes = Enumerable.Range(0, 4).Select(_ => database.Another()).ToList();

        await Task.WhenAll(processes.Select(process => Task.Run(() => process.Migrator.MigrateAsync(Token), Token)));
        await database.Migrator.MigrateAsync(Token);

        var migrated = database.NewContext().Database;
        (await migrated.GetAppliedMigrationsAsync(Token)).ShouldBe(migrated.GetMigrations());
        (await database.NewContext().OutboxLanes.CountAsync(Token)).ShouldBe(OutboxLane.Count);
        foreach (var process in processes)
            await process.DisposeAsync();
    }

    [Theory]
    [OnBothDatabases]
    public async Task The_migrations_say_all_that_the_model_says(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);

        database.NewContext().Database.HasPendingModelChanges().ShouldBeFalse();
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_migration_can_be_taken_back(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);

        await database.NewContext().Database.MigrateAsync("0", Token);
        await database.Migrator.MigrateAsync(Token);

        await Seed.EpochAsync(database.NewContext(), inputs: 1);
    }

    /// <summary>SQLite rebuilds the table of applications, and everything refers to that.</summary>
    [Theory]
    [OnBothDatabases]
    public async Task The_rows_of_an_older_schema_survive_its_upgrade(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        // The model writes columns that the older schema lacks, so the rows come first.
        await Seed.EpochAsync(database.NewContext(), inputs: 1);
        await database.NewContext().Database.MigrateAsync("20261124000000_Guards", Token);

        await database.Migrator.MigrateAsync(Token);

        var db = database.NewContext();
        (await db.Applications.CountAsync(Token)).ShouldBe(1);
        (await db.Epochs.CountAsync(Token)).ShouldBe(1);
        (await db.Inputs.CountAsync(Token)).ShouldBe(1);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_database_of_a_newer_schema_is_refused_and_left_alone(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await database
            .NewContext()
            .Database.ExecuteSqlAsync(
                $"""INSERT INTO "__EFMigrationsHistory" (migration_id, product_version) VALUES ('29990101000000_Future', '99.0.0')""",
                Token
            );

        var refused = await Should.ThrowAsync<OperatorException>(() => database.Migrator.MigrateAsync(Token));

        refused.Message.ShouldContain("newer schema");
        refused.Message.ShouldContain("29990101000000_Future");
    }

    /// <summary>As during an upgrade: the next version has expanded the schema, and a service of this one starts again.</summary>
    [Theory]
    [OnBothDatabases]
    public async Task A_newer_schema_that_admits_this_build_is_used_as_it_is(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext().Database;
        await db.ExecuteSqlAsync(
            $"""INSERT INTO "__EFMigrationsHistory" (migration_id, product_version) VALUES ('29990101000000_Future', '99.0.0')""",
            Token
        );

        await NoteAsync(db, db.GetMigrations().Last());
        await database.Migrator.MigrateAsync(Token);
        (await db.GetAppliedMigrationsAsync(Token)).Last().ShouldBe("29990101000000_Future");

        // The next version has taken away what this build uses.
        await NoteAsync(db, "29990101000000_Future");
        (await Should.ThrowAsync<OperatorException>(() => database.Migrator.MigrateAsync(Token))).Message.ShouldContain("newer schema");
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_migrated_database_admits_the_builds_that_its_schema_still_serves(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(kind);
        await database.Migrator.MigrateAsync(Token);

        var note = await database.NewContext().NodeConfigurations.SingleAsync(row => row.Key == "schema", Token);
        note.Value.ShouldContain($"_{OlderBuilds.Oldest}\"");
        (await OlderBuilds.IsAdmittedAsync(database.NewContext(), Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_lock_of_a_migration_that_was_killed_is_not_waited_for()
    {
        await using var database = await TestDatabase.CreateEmptyAsync(DatabaseKind.Sqlite);
        await using (var connection = new SqliteConnection(database.ConnectionString))
        {
            await connection.OpenAsync(Token);
            await using var command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00+00:00');
                """;
            await command.ExecuteNonQueryAsync(Token);
        }

        await database.Migrator.MigrateAsync(Token);

        (await database.NewContext().OutboxLanes.CountAsync(Token)).ShouldBe(OutboxLane.Count);
    }

    [Fact]
    public async Task The_folder_of_a_file_is_made()
    {
        await using var database = await TestDatabase.CreateEmptyAsync(DatabaseKind.Sqlite);
        var file = Path.Combine(
            Path.GetDirectoryName(new SqliteConnectionStringBuilder(database.ConnectionString).DataSource)!,
            "a",
            "b",
            "rollups.db"
        );

        await Migrator("sqlite", $"Data Source={file}").MigrateAsync(Token);

        File.Exists(file).ShouldBeTrue();
    }

    [Theory]
    [InlineData(
        "postgresql",
        "Host=127.0.0.1;Port=1;Database=node;Username=cartesi;Password=hunter2;Timeout=5",
        "'node' at tcp://127.0.0.1:1"
    )]
    [InlineData(
        "postgresql",
        "Host=no-such-host.invalid;Database=node;Username=cartesi;Password=hunter2;Timeout=5",
        "no-such-host.invalid"
    )]
    [InlineData("sqlite", "Data Source=/dev/null/rollups.db;Password=hunter2", "/dev/null/rollups.db")]
    [InlineData("sqlite", "Data Source=/proc/rollups.db", "/proc/rollups.db")]
    public async Task A_database_that_cannot_be_used_is_one_sentence_without_secrets(
        string provider,
        string connectionString,
        string expected
    )
    {
        var refused = await Should.ThrowAsync<OperatorException>(() => Migrator(provider, connectionString).MigrateAsync(Token));

        refused.Message.ShouldContain(expected);
        refused.Message.ShouldContain("Database:ConnectionString");
        refused.Message.ShouldNotContain("hunter2");
        refused.Message.ShouldNotContain('\n');
    }

    [Fact]
    [Testing.NeedsServers]
    public async Task A_database_that_is_not_there_yet_is_created_where_the_user_may()
    {
        await using var database = await TestDatabase.CreateEmptyAsync(DatabaseKind.Postgresql);
        var missing = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Database = $"rollups_{Guid.NewGuid():N}",
        }.ConnectionString;

        await Migrator("postgresql", missing).MigrateAsync(Token);
        await Migrator("postgresql", missing).MigrateAsync(Token);
    }

    private static async Task NoteAsync(Microsoft.EntityFrameworkCore.Infrastructure.DatabaseFacade db, string oldest)
    {
        await db.ExecuteSqlAsync($"DELETE FROM node_configurations WHERE key = 'schema'", Token);
        var note = System.Text.Json.JsonSerializer.Serialize(new { OldestMigration = oldest, NewestMigration = "29990101000000_Future" });
        await db.ExecuteSqlAsync(
            $"INSERT INTO node_configurations (key, value, created_at) VALUES ('schema', {note}, {DateTimeOffset.UnixEpoch})",
            Token
        );
    }

    private static IDatabaseMigrator Migrator(string provider, string connectionString)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Database:Provider", provider), new("Database:ConnectionString", connectionString)])
            .Build();
        return new ServiceCollection().AddRollupsPersistence(configuration).BuildServiceProvider().GetRequiredService<IDatabaseMigrator>();
    }
}
