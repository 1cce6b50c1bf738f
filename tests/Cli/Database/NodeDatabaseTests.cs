using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Rollups.Cli.Database;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Settings;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Database;

public sealed class NodeDatabaseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task It_reads_what_the_node_has_stored_and_the_server_refuses_writes(DatabaseKind kind)
    {
        using var fresh = await FreshDatabase.CreateAsync(kind);
        await MigrateAsync(fresh);

        var count = await NodeDatabase.ReadAsync(Configuration(fresh), it => it.Db.Applications.CountAsync(Cancel), Cancel);
        count.ShouldBe(0);

        Func<Task> write = () =>
            NodeDatabase.ReadAsync(
                Configuration(fresh),
                async it =>
                {
                    try
                    {
                        return await it.Db.Database.ExecuteSqlAsync($"DELETE FROM applications", Cancel);
                    }
                    catch (Exception exception)
                        when (exception is PostgresException { SqlState: "25006" } or SqliteException { SqliteErrorCode: 8 })
                    {
                        throw new InvalidOperationException("read-only");
                    }
                },
                Cancel
            );
        (await write.ShouldThrowAsync<InvalidOperationException>()).Message.ShouldBe("read-only");
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_database_without_schema_is_unreachable(DatabaseKind kind)
    {
        using var fresh = await FreshDatabase.CreateAsync(kind);
        if (kind == DatabaseKind.Sqlite)
            await File.WriteAllBytesAsync(new SqliteConnectionStringBuilder(fresh.ConnectionString).DataSource, [], Cancel);

        (await RefusedAsync<UnreachableException>(Configuration(fresh))).ShouldContain(
            "has no schema of the node yet: start the node, or run 'rollups db upgrade'."
        );
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_database_of_a_newer_version_is_refused(DatabaseKind kind)
    {
        using var fresh = await FreshDatabase.CreateAsync(kind);
        await MigrateAsync(fresh);
        await using (var database = NodeDatabase.Open(Configuration(fresh)))
            await database.Db.Database.ExecuteSqlRawAsync(
                """INSERT INTO "__EFMigrationsHistory" (migration_id, product_version) VALUES ('29990101000000_Future', '99.0.0')""",
                Cancel
            );

        (await RefusedAsync<OperatorException>(Configuration(fresh))).ShouldContain("has a newer schema than this program");
    }

    [Fact]
    public async Task A_file_that_does_not_exist_is_unreachable_and_is_not_created()
    {
        using var fresh = await FreshDatabase.CreateAsync(DatabaseKind.Sqlite);

        (await RefusedAsync<UnreachableException>(Configuration(fresh))).ShouldStartWith("There is no database '");
        File.Exists(new SqliteConnectionStringBuilder(fresh.ConnectionString).DataSource).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_is_away_is_unreachable_and_its_password_is_not_repeated()
    {
        var sentence = await RefusedAsync<UnreachableException>(
            Configuration("postgresql", "Host=127.0.0.1;Port=1;Database=rollups;Username=node;Password=top-secret")
        );

        sentence.ShouldStartWith("The database 'rollups' at tcp://127.0.0.1:1 cannot be used: ");
        sentence.ShouldNotContain("top-secret");
    }

    [Fact]
    public async Task A_malformed_connection_string_has_the_sentence_of_the_node() =>
        (await RefusedAsync<OperatorException>(Configuration("postgresql", "Host"))).ShouldBe(
            "Database:ConnectionString cannot be read: give Host=...;Database=...;Username=...;Password=...."
        );

    [Theory]
    [OnBothDatabases]
    public async Task An_application_is_found_by_name_and_by_address(DatabaseKind kind)
    {
        using var fresh = await FreshDatabase.CreateAsync(kind);
        await MigrateAsync(fresh);
        var address = Address.Parse("0x" + new string('a', 40));
        await using (var database = NodeDatabase.Open(Configuration(fresh)))
        {
            database.Db.Add(TestApplications.Create("echo", address));
            await database.Db.SaveChangesAsync(Cancel);
        }

        (await FindAsync(fresh, "echo")).ShouldBe(address);
        (await FindAsync(fresh, "0x" + new string('A', 40))).ShouldBe(address);
        (await Should.ThrowAsync<OperatorException>(() => FindAsync(fresh, "ecko"))).Message.ShouldBe(
            "The node has no application 'ecko': 'rollups app list' shows the names and addresses."
        );
        Should.Throw<FormatException>(() => ApplicationKey.Parse("0x12"));
    }

    private static Task<Address> FindAsync(FreshDatabase fresh, string key) =>
        NodeDatabase.ReadAsync(Configuration(fresh), async it => (await ApplicationKey.Parse(key).FindAsync(it, Cancel)).Address, Cancel);

    private static async Task<string> RefusedAsync<T>(IConfiguration configuration)
        where T : Exception =>
        (
            await Should.ThrowAsync<T>(() => NodeDatabase.ReadAsync(configuration, it => it.Db.Applications.CountAsync(Cancel), Cancel))
        ).Message;

    private static async Task MigrateAsync(FreshDatabase fresh)
    {
        await using var services = new ServiceCollection().AddLogging().AddRollupsPersistence(Configuration(fresh)).BuildServiceProvider();
        await services.MigrateAsync(Cancel);
    }

    private static IConfigurationRoot Configuration(FreshDatabase fresh) =>
        new ConfigurationBuilder().AddInMemoryCollection(fresh.Settings).Build();

    private static IConfigurationRoot Configuration(string provider, string connectionString) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection([new("Database:Provider", provider), new("Database:ConnectionString", connectionString)])
            .Build();
}
