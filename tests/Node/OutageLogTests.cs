using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Rollups.Contracts;
using Rollups.Devnet;
using Rollups.Machines;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Node.Tests;

/// <summary>
/// What an operator reads of an outage: one sentence when it begins and one when it is over, however long it lasts and whoever meets it.
/// </summary>
[NeedsServers]
public sealed class OutageLogTests(RealServers servers) : IClassFixture<RealServers>
{
    // Each is a question to every server, a block of L1, and an event on the bus, beside syncs and sweeps of a second.
    private const int Questions = 30;

    private const string Unavailable = "The database is unavailable";
    private const string LeasesLost = "The database session that held";

    private static readonly string[] Levels = ["warn", "fail", "crit"];
    private static readonly string[] Services = ["EvmReader", "Advancer", "Validator", "Claimer", "Prt", "Lifecycle"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_outage_of_the_database_and_one_of_the_broker_are_a_sentence_each()
    {
        var (postgres, rabbit, chain) = (await servers.PostgresAsync(), await servers.RabbitMqAsync(), await servers.NewChainAsync());
        var broker = await RabbitMqServer.CreateVirtualHostAsync(rabbit, Cancel);
        var database = await PostgresServer.CreateDatabaseAsync(postgres, Cancel);
        (string, string)[] settings =
        [
            ("Ethereum__ChainId", "31337"),
            ("Ethereum__HttpEndpoint", chain.Anvil.HttpEndpoint.ToString()),
            ("Ethereum__DefaultBlock", "latest"),
            ("Ethereum__PollingInterval", "00:00:00.200"),
            ("Signer__Kind", "private-key"),
            ("Signer__PrivateKey", DevnetAccounts.ClaimOwnerKey),
            ("Database__Provider", "postgresql"),
            ("Database__ConnectionString", database),
            .. Services.Select(service => ($"Services__{service}__SyncInterval", "00:00:01")),
            .. broker.Settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value!)),
        ];
        using var node = NodeProcess.Start(["--services", "evm-reader,advancer,validator,claimer,prt,lifecycle"], settings);
        await node.ReadyAsync();
        using var http = new HttpClient { BaseAddress = new Uri(await node.ListeningAsync()) };
        http.DefaultRequestHeaders.Accept.Add(new("text/plain"));

        await using (var program = await Registrar.StartAsync(broker, Cancel))
        {
            var opened = await OpenEpochAsync(chain, program, database);
            Loud(node).ShouldBeEmpty();

            await postgres.HaltAsync(Cancel);
            await SaysAsync(node, Unavailable);
            await AskAsync(http, "database Unhealthy", Questions, () => GoOnAsync(chain, program, opened));
            await postgres.ResumeAsync(Cancel);
            await SaysAsync(node, "The database is available again");
            await AskAsync(http, "ready", 1, exactly: true);
            ShouldBeOneOutage(Loud(node));

            var before = Loud(node).Count;
            await SetReadOnlyAsync(postgres, "on");
            await AskAsync(http, "database Unhealthy", Questions, () => GoOnAsync(chain, program, opened));
            await SetReadOnlyAsync(postgres, "off");
            await SaysAsync(node, "The database is available again", 2);
            await AskAsync(http, "ready", 1, exactly: true);
            ShouldBeOneOutage(Loud(node).Skip(before));
        }

        var known = Loud(node).Count;
        await rabbit.HaltAsync(Cancel);
        await AskAsync(http, "Degraded", Questions);
        await rabbit.ResumeAsync(Cancel);
        await AskAsync(http, "ready", 1, exactly: true);
        var lines = Loud(node).Skip(known).ToList();
        lines.Count.ShouldBeLessThanOrEqualTo(1, string.Join('\n', lines));

        node.Terminate();
        var (exitCode, error, _) = await node.EndAsync();
        exitCode.ShouldBe(0);
        error.ShouldBeEmpty();
    }

    private static List<string> Loud(NodeProcess node) =>
        [.. node.Lines.Where(line => Levels.Any(level => line.Contains($"Z {level}: ", StringComparison.Ordinal)))];

    private static void ShouldBeOneOutage(IEnumerable<string> loud)
    {
        var lines = loud.ToList();
        lines.Count(line => line.Contains(Unavailable, StringComparison.Ordinal)).ShouldBe(1);
        lines.Count(line => line.Contains(LeasesLost, StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(1);
        lines
            .Where(line => !line.Contains(Unavailable, StringComparison.Ordinal) && !line.Contains(LeasesLost, StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    /// <summary>An application whose epoch stays open. Returns the event of its opening, which the database confirms each time.</summary>
    private static async Task<EpochOpened> OpenEpochAsync(AnvilChain chain, Registrar program, string database)
    {
        await using var machines = new ServiceCollection().AddMachines().BuildServiceProvider();
        var template = await machines.GetServices<IMachineFactory>().For("echo:").GetTemplateHashAsync("echo:", Cancel);
        var (application, _) = await chain.Contracts.DeployAuthorityApplicationAsync(100_000, template, default, Cancel);
        await program.RegisterAsync("echo", application, Cancel);
        await chain.Contracts.AddInputAsync(application, "input"u8.ToArray(), Cancel);
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddRollupsPersistence(
                new ConfigurationBuilder()
                    .AddInMemoryCollection([new("Database:Provider", "postgresql"), new("Database:ConnectionString", database)])
                    .Build()
            )
            .BuildServiceProvider();
        while (true)
        {
            await using var scope = services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
            var epoch = await db.Epochs.AsNoTracking().SingleOrDefaultAsync(Cancel);
            if (epoch is not null && await db.EpochLifecycles.AnyAsync(Cancel))
                return new EpochOpened
                {
                    ChainId = AnvilProcess.ChainId,
                    Application = application.ToString(),
                    ApplicationName = "echo",
                    EpochIndex = epoch.Index,
                    FirstBlock = epoch.FirstBlock,
                    LastBlock = epoch.LastBlock,
                    OccurredAt = epoch.OpenedAt,
                };
            await Task.Delay(50, Cancel);
        }
    }

    /// <summary>A head with an input for the listeners, and a message in flight.</summary>
    private static async Task GoOnAsync(AnvilChain chain, Registrar program, EpochOpened opened)
    {
        await chain.Contracts.AddInputAsync(Domain.Address.Parse(opened.Application), "input"u8.ToArray(), Cancel);
        await program.PublishAsync(opened, Cancel);
    }

    private static async Task SetReadOnlyAsync(OwnServer server, string value)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.Address) { Database = "postgres", Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(Cancel);
        foreach (var sql in new[] { $"ALTER SYSTEM SET default_transaction_read_only = {value}", "SELECT pg_reload_conf()" })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Cancel);
        }
    }

    private static async Task SaysAsync(NodeProcess node, string words, int times = 1)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Hang.Limit);
        while (node.Lines.Count(line => line.Contains(words, StringComparison.Ordinal)) < times)
            await Task.Delay(50, limit.Token);
    }

    /// <summary>Asks until the node has answered so many times with those words, a quarter of a second apart.</summary>
    private static async Task AskAsync(HttpClient http, string words, int times, Func<Task>? meanwhile = null, bool exactly = false)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Hang.Limit);
        while (times > 0)
        {
            using var answer = await http.GetAsync(new Uri("readyz", UriKind.Relative), limit.Token);
            var text = (await answer.Content.ReadAsStringAsync(limit.Token)).Trim();
            if (exactly ? text.EndsWith(": " + words, StringComparison.Ordinal) : text.Contains(words, StringComparison.Ordinal))
                times--;
            if (meanwhile is not null)
                await meanwhile();
            await Task.Delay(250, limit.Token);
        }
    }
}
