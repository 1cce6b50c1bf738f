using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Rollups.Settings;

namespace Rollups.Persistence.Tests;

/// <summary>A primary with a standby: the standby is promoted, and the former primary goes on, read-only.</summary>
[NeedsServers]
public sealed class SwitchoverTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_switchover_work_and_leases_go_on_at_the_new_primary()
    {
        await using var primary = await OwnServer.StartPrimaryAsync();
        await using var standby = await primary.StartStandbyAsync();
        var first = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync(primary, Token));
        var both = new NpgsqlConnectionStringBuilder(first.ConnectionString)
        {
            Host = $"127.0.0.1:{PortOf(standby)},127.0.0.1:{PortOf(primary)}",
        };
        await using var process = new ProcessServices("postgresql", both.ConnectionString);
        await process.Migrator.MigrateAsync(Token);
        var lease = (await process.Provider.TryAcquireLeaseAsync("evm-reader:1", Token)).ShouldNotBeNull();
        (await PortAsync(process)).ShouldBe(PortOf(primary));
        (await process.ProbeAsync()).ShouldBeNull();
        await HasAsync(standby, first.Database!, "evm-reader:1");

        await standby.PromoteAsync();
        await MakeReadOnlyAsync(primary, "on");

        // The one that finds out fails, unless the driver has looked for the primary in the moment before; from then on the new primary is
        // taken.
        var began = Stopwatch.GetTimestamp();
        var failed = 0;
        if (await process.ProbeAsync() is { } refused)
        {
            failed++;
            ShouldBeRefused(process, refused);
        }

        await UntilAsync(async () => await process.ProbeAsync() is null || ++failed < 0);
        var wrote = Stopwatch.GetElapsedTime(began);
        (await PortAsync(process)).ShouldBe(PortOf(standby));
        await LostAsync(lease.Lost);
        await using var again = (await process.Provider.TryAcquireLeaseAsync("evm-reader:1", Token)).ShouldNotBeNull();
        TestContext.Current.SendDiagnosticMessage(
            $"{failed} attempts failed, the next one wrote to the new primary {wrote.TotalSeconds:0.0} s after the first; the lease was "
                + $"taken there {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s after it"
        );
        again.Term.ShouldBeGreaterThan(lease.Term);
        (
            await process.DoAsync(db =>
                db.Database.SqlQuery<int>(
                        $"""
                        SELECT count(*)::int AS "Value" FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name LIKE 'rollups-leases %'
                        """
                    )
                    .SingleAsync(Token)
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task The_session_with_the_leases_leaves_a_server_that_takes_no_writes_any_more_though_nobody_works()
    {
        await using var server = await OwnServer.StartPostgresAsync();
        await using var process = new ProcessServices("postgresql", await PostgresServer.CreateDatabaseAsync(server, Token));
        await process.Migrator.MigrateAsync(Token);
        var lease = (await process.Provider.TryAcquireLeaseAsync("evm-reader:1", Token)).ShouldNotBeNull();

        await MakeReadOnlyAsync(server, "on");
        await LostAsync(lease.Lost);
        ShouldBeRefused(process, (await process.ProbeAsync()).ShouldNotBeNull());

        await MakeReadOnlyAsync(server, "off");
        await UntilAsync(async () => await TryAcquireAsync(process) is not null);
    }

    [Fact]
    public async Task A_session_that_an_administrator_ends_takes_the_pool_and_the_leases_along()
    {
        await using var server = await OwnServer.StartPostgresAsync();
        await using var process = new ProcessServices("postgresql", await PostgresServer.CreateDatabaseAsync(server, Token));
        await process.Migrator.MigrateAsync(Token);
        var lease = (await process.Provider.TryAcquireLeaseAsync("evm-reader:1", Token)).ShouldNotBeNull();

        var failure = await process.DoAsync(async db =>
        {
            await db.Database.OpenConnectionAsync(Token);
            return await Should.ThrowAsync<Exception>(() =>
                db.Database.ExecuteSqlAsync($"SELECT pg_terminate_backend(pg_backend_pid())", Token)
            );
        });

        process.Provider.IsTransient(failure).ShouldBeTrue(failure.ToString());
        await LostAsync(lease.Lost);
        (await process.ProbeAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData("standby")]
    [InlineData("prefer-standby")]
    [InlineData("any")]
    public void A_choice_that_may_lead_to_a_standby_is_refused(string choice) =>
        Should
            .Throw<OperatorException>(() =>
                new ProcessServices("postgresql", $"Host=a,b;Database=c;Password=hunter2;Target Session Attributes={choice}")
            )
            .Message.ShouldBe(
                $"Database:ConnectionString has Target Session Attributes={choice}, which may choose a server that accepts no writes: use "
                    + $"read-write or primary, or remove it."
            );

    [Theory]
    [InlineData("Host=a,b", "read-write", 1)]
    [InlineData("Host=a,b;Target Session Attributes=primary;Host Recheck Seconds=10", "primary", 10)]
    [InlineData("Host=a", null, 10)]
    public void Of_several_hosts_the_one_that_takes_writes_is_asked_for_and_what_is_known_of_them_is_soon_forgotten(
        string text,
        string? target,
        int seconds
    )
    {
        var hosts = PostgresHosts.Of(new NpgsqlConnectionStringBuilder(text));

        (hosts.TargetSessionAttributes, hosts.HostRecheckSeconds).ShouldBe((target, seconds));
    }

    private static int PortOf(OwnServer server) => new NpgsqlConnectionStringBuilder(server.Address).Port;

    private static Task<int> PortAsync(ProcessServices process) =>
        process.DoAsync(db => db.Database.SqlQuery<int>($"SELECT inet_server_port() AS \"Value\"").SingleAsync(Token));

    private static async Task<ILease?> TryAcquireAsync(ProcessServices process)
    {
        try
        {
            return await process.Provider.TryAcquireLeaseAsync("evm-reader:1", Token);
        }
        catch (Exception exception) when (process.Provider.IsTransient(exception))
        {
            return null;
        }
    }

    /// <summary>Its connections stay open, as they do behind an operator's switchover.</summary>
    private static async Task MakeReadOnlyAsync(OwnServer server, string value)
    {
        await using var connection = await OpenAsync(server, "postgres");
        foreach (var sql in new[] { $"ALTER SYSTEM SET default_transaction_read_only = {value}", "SELECT pg_reload_conf()" })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Token);
        }

        await UntilAsync(async () =>
        {
            await using var now = await OpenAsync(server, "postgres");
            await using var command = new NpgsqlCommand("SHOW default_transaction_read_only", now);
            return (string?)await command.ExecuteScalarAsync(Token) == value;
        });
    }

    /// <summary>What the primary has committed is replayed at the standby.</summary>
    private static Task HasAsync(OwnServer standby, string database, string lease) =>
        UntilAsync(async () =>
        {
            await using var connection = await OpenAsync(standby, database);
            await using var command = new NpgsqlCommand($"SELECT count(*) FROM leases WHERE name = '{lease}'", connection);
            return await command.ExecuteScalarAsync(Token) is 1L;
        });

    private static async Task<NpgsqlConnection> OpenAsync(OwnServer server, string database)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.Address) { Database = database, Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(Token);
        return connection;
    }

    private static async Task LostAsync(CancellationToken lost)
    {
        var cancelled = new TaskCompletionSource();
        await using var _ = lost.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(Bound, Token);
    }

    private static void ShouldBeRefused(ProcessServices process, Exception refused)
    {
        process.Provider.IsTransient(refused).ShouldBeTrue(refused.ToString());
        process.Provider.Explain(refused).ShouldNotBeNull().ShouldContain("accepts no writes");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(Bound);
        while (!await condition())
            await Task.Delay(50, bound.Token);
    }
}
