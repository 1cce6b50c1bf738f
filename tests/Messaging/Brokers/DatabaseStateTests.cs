using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>PostgreSQL is there and of no use: it takes no writes, or does not let the node in. No message is to blame for it.</summary>
[NeedsServers]
public sealed class DatabaseStateTests(RabbitMqServer rabbit, RealServers servers) : IClassFixture<RealServers>
{
    private const int Count = 6;
    private const string Password = "first";
    private const string Queue = "epoch-lifecycle-state";

    // More than a failure of the message itself is tried, in one delivery.
    private const int Times = 11;

    private static CancellationToken Cancel => Patience.Token;

    [Theory]
    [InlineData("ALTER SYSTEM SET default_transaction_read_only = on", "ALTER SYSTEM SET default_transaction_read_only = off")]
    [InlineData("ALTER ROLE node NOLOGIN", "ALTER ROLE node LOGIN")]
    [InlineData("ALTER ROLE node PASSWORD 'another'", $"ALTER ROLE node PASSWORD '{Password}'")]
    public async Task Events_wait_until_the_database_is_of_use_again(string end, string mend)
    {
        var postgres = await servers.PostgresAsync();
        using var settings = TestSettings.OnServers(await DatabaseOfANodeAsync(postgres), await rabbit.CreateVirtualHostAsync(Cancel));
        var (faults, attempts) = (new Received<Fault<EpochClosed>>(), new Attempts());
        await using var node = await StartAsync(settings, faults, attempts);

        await ChangeAsync(postgres, end);
        await PublishAsync(node);
        while (attempts.Tried(Times) < Count && await ErrorsAsync(settings) == 0)
            await Task.Delay(50, Cancel);
        await ChangeAsync(postgres, mend);

        while (await LengthAsync(node) < Count)
            await Task.Delay(50, Cancel);
        (await LengthAsync(node)).ShouldBe(Count);
        (await ErrorsAsync(settings)).ShouldBe(0);
        faults.Messages.ShouldBeEmpty();
        Faults(settings).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_waited_in_hand_for_the_limit_goes_back_to_its_queue_and_is_handled_once_when_the_outage_is_over()
    {
        var postgres = await servers.PostgresAsync();
        using var settings = TestSettings.OnServers(await DatabaseOfANodeAsync(postgres), await rabbit.CreateVirtualHostAsync(Cancel));
        settings.Values["Messaging:RabbitMq:HoldLimit"] = "00:00:01";
        var (faults, attempts) = (new Received<Fault<EpochClosed>>(), new Attempts());
        await using var node = await StartAsync(settings, faults, attempts);

        await ChangeAsync(postgres, "ALTER SYSTEM SET default_transaction_read_only = on");
        await PublishAsync(node);
        while (attempts.Redelivered < Count && await ErrorsAsync(settings) == 0)
            await Task.Delay(50, Cancel);
        await ChangeAsync(postgres, "ALTER SYSTEM SET default_transaction_read_only = off");

        while (await LengthAsync(node) < Count)
            await Task.Delay(50, Cancel);
        (await LengthAsync(node)).ShouldBe(Count);
        (await ErrorsAsync(settings)).ShouldBe(0);
        faults.Messages.ShouldBeEmpty();
    }

    private static async Task<TestNode> StartAsync(TestSettings settings, Received<Fault<EpochClosed>> faults, Attempts attempts)
    {
        var node = await TestNode.StartAsync(
            settings,
            services => services.AddSingleton(faults),
            bus =>
            {
                bus.AddSagaStateMachine<CountingStateMachine, EpochLifecycleState, CountingSagaDefinition>().EntityFrameworkRepository();
                bus.AddConsumer<RecordingConsumer<Fault<EpochClosed>>>().Endpoint(endpoint => endpoint.Name = "recorder-faults");
                bus.AddConfigureEndpointsCallback(
                    (_, name, endpoint) =>
                    {
                        if (name == Queue)
                            endpoint.UseFilter(attempts);
                    }
                );
            }
        );
        await node.ConnectedAsync();
        return node;
    }

    private static async Task PublishAsync(TestNode node)
    {
        for (var i = 0; i < Count; i++)
            await node.Bus.Publish(Events.Closed(1, 1), Cancel);
    }

    private static List<string> Faults(TestSettings settings) =>
        [.. settings.Log.OfEvent(0).Where(line => line.StartsWith("R-FAULT", StringComparison.Ordinal))];

    private static async Task<int> ErrorsAsync(TestSettings settings) =>
        (await settings.Broker.PeekCountAsync(Queue + "_error", Cancel)).GetValueOrDefault();

    /// <summary>A database of a user who is not the one that the test itself uses.</summary>
    private static async Task<string> DatabaseOfANodeAsync(OwnServer postgres)
    {
        await ExecuteAsync(
            postgres,
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'node') THEN "
                + $"CREATE ROLE node SUPERUSER LOGIN PASSWORD '{Password}'; END IF; END $$"
        );
        return new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync(postgres, Cancel))
        {
            Username = "node",
            Password = Password,
        }.ConnectionString;
    }

    /// <summary>Takes effect at once, also for those who are connected.</summary>
    private static async Task ChangeAsync(OwnServer postgres, string sql)
    {
        await ExecuteAsync(postgres, sql);
        await ExecuteAsync(postgres, "SELECT pg_reload_conf()");
        await ExecuteAsync(postgres, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'node'");
    }

    private static async Task ExecuteAsync(OwnServer postgres, string sql)
    {
        var address = new NpgsqlConnectionStringBuilder(postgres.Address)
        {
            Database = "postgres",
            Pooling = false,
            Options = "-c default_transaction_read_only=off",
        };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static async Task<int> LengthAsync(TestNode node)
    {
        try
        {
            return (await node.ReadAsync(db => db.EpochLifecycles.AsNoTracking().SingleOrDefaultAsync(Cancel)))?.RejectionReason?.Length
                ?? 0;
        }
        catch (Exception exception) when (node.Services.GetRequiredService<IDatabaseProvider>().IsTransient(exception))
        {
            return 0;
        }
    }
}
