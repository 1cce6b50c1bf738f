using System.Net;
using Npgsql;
using Rollups.Testing;

namespace Rollups.Devnet.Tests;

/// <summary>The servers that the tests of other projects stand on.</summary>
public sealed class ServersTests(PostgresServer postgres, RabbitMqServer rabbitMq)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_database_is_empty_and_apart_from_the_others()
    {
        var first = await postgres.CreateDatabaseAsync(Token);
        var second = await postgres.CreateDatabaseAsync(Token);

        await ExecuteAsync(first, "CREATE TABLE claims (id int)");

        (await ExecuteAsync(first, "SELECT count(*) FROM pg_tables WHERE tablename = 'claims'")).ShouldBe(1L);
        (await ExecuteAsync(second, "SELECT count(*) FROM pg_tables WHERE tablename = 'claims'")).ShouldBe(0L);
    }

    [Fact]
    public async Task What_a_database_has_committed_survives_a_crash()
    {
        var database = await postgres.CreateDatabaseAsync(Token);

        (await ExecuteAsync(database, "SHOW fsync")).ShouldBe("on");
        (await ExecuteAsync(database, "SHOW synchronous_commit")).ShouldBe("on");
    }

    [Fact]
    public async Task Each_virtual_host_is_open_to_its_user()
    {
        var first = await rabbitMq.CreateVirtualHostAsync(Token);
        var second = await rabbitMq.CreateVirtualHostAsync(Token);

        second.Name.ShouldNotBe(first.Name);
        using var answer = await first.Management.GetAsync($"api/aliveness-test/{first.Name}", Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Settings["Messaging:RabbitMq:VirtualHost"].ShouldBe(first.Name);
    }

    private static async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
