using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Tests.Database;
using Rollups.Cli.Tests.Read;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Db;

/// <summary>The schema: shown, brought up to date, never wiped.</summary>
public sealed class DbVerbTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task An_upgrade_creates_the_schema_and_a_second_one_changes_nothing(DatabaseKind kind)
    {
        using var fresh = await FreshDatabase.CreateAsync(kind);
        var on = StoredStory.VariablesOf(fresh);
        (await StateAsync(on)).ShouldBe("empty");

        (await CliProcess.RunHereAsync(on, "db", "upgrade")).ExitCode.ShouldBe(0);
        (await StateAsync(on)).ShouldBe("current");

        var again = await CliProcess.RunHereAsync(on, "db", "upgrade");
        again.ExitCode.ShouldBe(0, again.Error);
        again.Output.ShouldContain("already has this version's schema");
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_newer_database_is_refused_and_keeps_its_rows(DatabaseKind kind)
    {
        using var database = await MigratedDatabase.CreateAsync(kind);
        await using (var open = database.Open())
        {
            open.Db.Add(TestApplications.Create("echo", StoredStory.AddressOf(1)));
            await open.Db.SaveChangesAsync(Cancel);
            await open.Db.Database.ExecuteSqlRawAsync(
                """INSERT INTO "__EFMigrationsHistory" (migration_id, product_version) VALUES ('29990101000000_Future', '99.0.0')""",
                Cancel
            );
        }

        (await StateAsync(database.Variables)).ShouldBe("newer");
        var answer = await CliProcess.RunHereAsync(database.Variables, "db", "upgrade");

        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldContain("newer schema than this build: it has 29990101000000_Future");
        await using var after = database.Open();
        (await after.Db.Applications.CountAsync(Cancel)).ShouldBe(1);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_newer_database_that_admits_this_version_is_read_and_says_so(DatabaseKind kind)
    {
        using var database = await MigratedDatabase.CreateAsync(kind);
        await using (var open = database.Open())
        {
            var note = JsonSerializer.Serialize(
                new { OldestMigration = open.Db.Database.GetMigrations().Last(), NewestMigration = "29990101000000_Future" }
            );
            await open.Db.NodeConfigurations.Where(row => row.Key == "schema").ExecuteDeleteAsync(Cancel);
            open.Db.Add(
                new Persistence.NodeConfiguration
                {
                    Key = "schema",
                    Value = note,
                    CreatedAt = StoredStory.At(0),
                }
            );
            await open.Db.SaveChangesAsync(Cancel);
            await open.Db.Database.ExecuteSqlRawAsync(
                """INSERT INTO "__EFMigrationsHistory" (migration_id, product_version) VALUES ('29990101000000_Future', '99.0.0')""",
                Cancel
            );
        }

        (await StateAsync(database.Variables)).ShouldBe("admitted");
        (await CliProcess.RunHereAsync(database.Variables, "app", "list")).ExitCode.ShouldBe(0);
        (await CliProcess.RunHereAsync(database.Variables, "db", "upgrade")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_status_does_not_create_a_file()
    {
        using var fresh = await FreshDatabase.CreateAsync(DatabaseKind.Sqlite);

        (await StateAsync(StoredStory.VariablesOf(fresh))).ShouldBe("empty");

        File.Exists(new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(fresh.ConnectionString).DataSource).ShouldBeFalse();
    }

    [Theory]
    [InlineData("db", "status")]
    [InlineData("db", "upgrade")]
    public async Task A_server_that_is_away_is_unreachable(params string[] line)
    {
        var answer = await CliProcess.RunHereAsync(
            [
                ("ROLLUPS_Database__Provider", "postgresql"),
                ("ROLLUPS_Database__ConnectionString", "Host=127.0.0.1;Port=1;Password=secret"),
            ],
            line
        );

        answer.ExitCode.ShouldBe(ExitCode.Unreachable, answer.Error);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldNotContain("secret");
    }

    private static async Task<string?> StateAsync((string Name, string Value)[] on)
    {
        var answer = await CliProcess.RunHereAsync(on, "db", "status", "--json");
        answer.ExitCode.ShouldBe(0, answer.Error);
        return JsonDocument.Parse(answer.Output).RootElement.GetProperty("state").GetString();
    }
}
