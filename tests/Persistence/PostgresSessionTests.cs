using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Rollups.Persistence.Tests;

/// <summary>
/// The server ends the session of a process that hangs. That a stopped process really loses its leases is seen with whole processes, in the
/// tests of replicas.
/// </summary>
[NeedsServers]
public sealed class PostgresSessionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transaction_may_be_idle_for_a_minute()
    {
        await using var database = await TestDatabase.CreateEmptyAsync(DatabaseKind.Postgresql);

        (await SettingAsync(database.NewContext(), "idle_in_transaction_session_timeout")).ShouldBe("1min");
    }

    [Fact]
    public async Task An_operators_own_limit_holds_instead_and_a_transaction_beyond_it_frees_its_rows()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        await using var hasty = Services(database.ConnectionString + ";Options=-c idle_in_transaction_session_timeout=300");
        await using var scope = hasty.CreateAsyncScope();
        var hanging = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        await using var transaction = await hanging.Database.BeginTransactionAsync(Token);
        (await database.Provider.TryLockLaneAsync(hanging, 3, Token)).ShouldBeTrue();

        var other = database.NewContext();
        await using var next = await other.Database.BeginTransactionAsync(Token);
        (await database.Provider.LockLaneAsync(other, 3, Token)).ShouldBeTrue();

        var late = await Should.ThrowAsync<Exception>(() => transaction.CommitAsync(Token));
        database.Provider.IsTransient(late).ShouldBeTrue(late.ToString());
    }

    [Fact]
    public async Task Statements_are_prepared_and_planned_for_each_execution()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        var db = database.NewContext();
        await db.Database.OpenConnectionAsync(Token);
        for (var times = 0; times < 3; times++)
            await db.Applications.AnyAsync(app => app.Id == times, Token);

        (
            await db
                .Database.SqlQuery<int>(
                    $"SELECT count(*)::int AS \"Value\" FROM pg_prepared_statements WHERE statement LIKE '%EXISTS%applications%a.id = %'"
                )
                .SingleAsync(Token)
        ).ShouldBe(1);
        (await SettingAsync(db, "plan_cache_mode")).ShouldBe("force_custom_plan");
    }

    [Theory]
    [InlineData("", 65536)]
    [InlineData(";Read Buffer Size=8192", 8192)]
    public async Task A_connection_reads_large_answers_in_few_parts_unless_the_operator_has_set_it(string more, int bytes)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(DatabaseKind.Postgresql);
        await using var services = Services(database.ConnectionString + more);
        await using var scope = services.CreateAsyncScope();
        var connection = scope.ServiceProvider.GetRequiredService<RollupsDbContext>().Database.GetConnectionString();

        new NpgsqlConnectionStringBuilder(connection).ReadBufferSize.ShouldBe(bytes);
    }

    private static Task<string> SettingAsync(RollupsDbContext db, string name) =>
        db.Database.SqlQuery<string>($"SELECT current_setting({name}) AS \"Value\"").SingleAsync(Token);

    private static ServiceProvider Services(string connectionString) =>
        new ServiceCollection()
            .AddLogging()
            .AddRollupsPersistence(
                new ConfigurationBuilder()
                    .AddInMemoryCollection([new("Database:Provider", "postgresql"), new("Database:ConnectionString", connectionString)])
                    .Build()
            )
            .BuildServiceProvider();
}
