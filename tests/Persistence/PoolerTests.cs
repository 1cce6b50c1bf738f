using Npgsql;
using Rollups.Settings;

namespace Rollups.Persistence.Tests;

/// <summary>A PgBouncer between the node and PostgreSQL, set to drop the options that the node sends.</summary>
[NeedsServers]
public sealed class PoolerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("transaction", 1)]
    [InlineData("transaction", 20)]
    [InlineData("statement", 20)]
    public async Task A_pooler_that_gives_no_session_is_refused_at_the_start_with_the_remedy(string mode, int size)
    {
        await using var server = await OwnServer.StartPostgresAsync();
        await using var pooler = await server.StartPoolerAsync(mode, size);
        await using var process = new ProcessServices(
            "postgresql",
            Behind(pooler, await PostgresServer.CreateDatabaseAsync(server, Token))
        );

        var refused = await Should.ThrowAsync<OperatorException>(() => process.Migrator.MigrateAsync(Token));

        refused.Message.ShouldContain("pool_mode");
        refused.Message.ShouldContain("session mode");
        refused.Message.ShouldNotContain('\n');
    }

    [Fact]
    public async Task A_lease_is_refused_too_where_the_pooler_came_after_the_start()
    {
        await using var server = await OwnServer.StartPostgresAsync();
        await using var pooler = await server.StartPoolerAsync("transaction", 20);
        var database = await PostgresServer.CreateDatabaseAsync(server, Token);
        await using (var direct = new ProcessServices("postgresql", database))
            await direct.Migrator.MigrateAsync(Token);
        await using var process = new ProcessServices("postgresql", Behind(pooler, database));

        (
            await Should.ThrowAsync<OperatorException>(() => process.Provider.TryAcquireLeaseAsync("evm-reader:1", Token))
        ).Message.ShouldContain("pool_mode");
        (await Should.ThrowAsync<OperatorException>(() => process.Provider.CountReplicasAsync("advancers", Token))).Message.ShouldContain(
            "pool_mode"
        );
    }

    [Fact]
    public async Task Behind_a_pooler_in_session_mode_a_lease_has_one_holder()
    {
        await using var server = await OwnServer.StartPostgresAsync();
        await using var pooler = await server.StartPoolerAsync("session", 20);
        var database = Behind(pooler, await PostgresServer.CreateDatabaseAsync(server, Token));
        await using var one = new ProcessServices("postgresql", database);
        await using var other = new ProcessServices("postgresql", database);
        await one.Migrator.MigrateAsync(Token);
        await other.Migrator.MigrateAsync(Token);

        await using var lease = (await one.Provider.TryAcquireLeaseAsync("evm-reader:1", Token)).ShouldNotBeNull();

        (await other.Provider.TryAcquireLeaseAsync("evm-reader:1", Token)).ShouldBeNull();
        (await one.Provider.CountReplicasAsync("advancers", Token), await other.Provider.CountReplicasAsync("advancers", Token)).ShouldBe(
            (1, 2)
        );
    }

    /// <summary>Where the server itself answers, it reports that it takes no writes any more: statements hardly have to ask.</summary>
    [Fact]
    public async Task A_pooler_is_told_from_the_server_itself()
    {
        await using var server = await OwnServer.StartPostgresAsync();
        await using var pooler = await server.StartPoolerAsync("session", 20);
        var database = await PostgresServer.CreateDatabaseAsync(server, Token);

        (await IsDirectAsync(database)).ShouldBeTrue();
        (await IsDirectAsync(Behind(pooler, database))).ShouldBeFalse();
    }

    private static async Task<bool> IsDirectAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var session = await source.OpenConnectionAsync(Token);
        return await SessionProof.RunAsync(session, source, Token);
    }

    private static string Behind(OwnServer pooler, string database) =>
        new NpgsqlConnectionStringBuilder(database) { Port = new NpgsqlConnectionStringBuilder(pooler.Address).Port }.ConnectionString;
}
