using System.Globalization;
using Npgsql;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.HopWork;

namespace Rollups.Benchmarks;

/// <summary>
/// What a node costs while nothing happens, with more and more applications: statements of its database, CPU of its processes, messages of
/// its broker. All services run, each as a process of its own; polling is the same with events off and a sync every three seconds.
/// </summary>
internal static class IdleLoad
{
    private static readonly int[] Applications = [0, 100, 1_000, 10_000];
    private static readonly IReadOnlyList<string> Services = [.. ServiceProcesses.Workers, "api"];

    // The pauses of the outbox's sweeps have grown by then, and every service has synced with the new applications.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(33);

    // A multiple of the fallbacks' intervals, of 30 and 60 s: the services have started together, so that one more second could count a
    // whole round of them twice.
    private static readonly TimeSpan EventsTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollingTime = TimeSpan.FromSeconds(12);

    public static async Task RunAsync(Report report)
    {
        var events = await MeasureAsync(report, Settle, EventsTime);
        var polling = await MeasureAsync(
            report,
            TimeSpan.FromSeconds(5),
            PollingTime,
            MeasuredChain.Polling(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(12))
        );
        for (var i = 0; i < Applications.Length; i++)
        {
            report.Row(
                new Row(
                    $"idle, {Applications[i]} applications",
                    events[i].Statements,
                    "statements/s",
                    events[i].Statements,
                    $"1 statement/s; polling every 3 s needs {Row.Number(polling[i].Statements)}",
                    Goal.AtMost(1)
                )
            );
        }

        report.Table(
            $"Cost per second of {Services.Count} idle services, each a process",
            [
                ["applications", "the services learn by", "statements", "ms of CPU", "messages published"],
                .. Applications.Select((count, i) => Columns(count, "events", events[i])),
                .. Applications.Select((count, i) => Columns(count, "polling every 3 s", polling[i])),
            ]
        );
        report.Plot(
            new Plot(
                "idle",
                "Idle: statements per second of all services together",
                "applications",
                "statements/s",
                [Line("events", events), Line("polling every 3 s", polling)]
            )
            {
                IsLogarithmicAcross = true,
                IsLogarithmicUp = true,
            }
        );
    }

    private static Line Line(string name, IReadOnlyList<Cost> costs) =>
        new(name, [.. Applications.Select((count, i) => new Point(Math.Max(1, count), Math.Max(0.01, costs[i].Statements)))]);

    private static string[] Columns(int applications, string mode, Cost cost) =>
        [
            applications.ToString(CultureInfo.InvariantCulture),
            mode,
            Row.Number(cost.Statements),
            Row.Number(cost.Cpu),
            Row.Number(cost.Messages),
        ];

    private static async Task<IReadOnlyList<Cost>> MeasureAsync(
        Report report,
        TimeSpan settle,
        TimeSpan time,
        params (string Key, string Value)[] settings
    )
    {
        await using var chain = await MeasuredChain.StartAsync();
        var servers = await report.Servers.DeployedAsync();
        await using var writer = await BenchmarkNode.BuildAsync(servers);
        await using var statements = await StatementCount.StartAsync(servers);
        var (deployed, authority) = await chain.Anvil.Contracts.DeployAuthorityApplicationAsync(
            10,
            await EchoTemplate.HashAsync(),
            Hash32.Zero,
            CancellationToken.None
        );
        var code = (await chain.Chain.RpcAsync("eth_getCode", [deployed.ToString(), "latest"], CancellationToken.None))!.ToString();
        await using var services = await ServiceProcesses.StartAsync(chain.Under(servers, settings.Length == 0), Services, settings);
        var costs = new List<Cost>();
        var there = 0;
        foreach (var applications in Applications)
        {
            await AddAsync(chain, writer, there, applications, code, authority);
            there = applications;
            await Task.Delay(settle);
            var (calls, cpu, messages) = (await statements.ReadAsync(), services.Cpu(), await report.Servers.PublishedAsync(servers));
            await Task.Delay(time);
            costs.Add(
                new Cost(
                    (await statements.ReadAsync() - calls) / time.TotalSeconds,
                    (services.Cpu() - cpu).TotalMilliseconds / time.TotalSeconds,
                    (await report.Servers.PublishedAsync(servers) - messages) / time.TotalSeconds
                )
            );
            await Console.Error.WriteLineAsync(
                $"  {string.Join(" | ", Columns(applications, settings.Length == 0 ? "events" : "polling", costs[^1]))}"
            );
            if (Environment.GetEnvironmentVariable("ROLLUPS_BENCH_STATEMENTS") is { Length: > 0 })
                await statements.PrintAsync();
        }

        return costs;
    }

    /// <summary>Applications that are on L1, all under one Authority, and in the database as the EvmReader registers them.</summary>
    private static async Task AddAsync(MeasuredChain chain, BenchmarkNode writer, int from, int to, string code, Address authority)
    {
        var template = await EchoTemplate.HashAsync();
        var head = await chain.Chain.HeadAsync(CancellationToken.None);
        foreach (var numbers in Enumerable.Range(from + 1, to - from).Chunk(1000))
        {
            await Task.WhenAll(
                numbers.Select(number =>
                    chain.Chain.RpcAsync("anvil_setCode", [ClosedEpochs.Address(number).ToString(), code], CancellationToken.None)
                )
            );
            await writer.Unit.ExecuteAsync(
                (scope, _) =>
                {
                    scope.Db.AddRange(
                        numbers.Select(number => new Application
                        {
                            Name = $"echo-{number}",
                            Address = ClosedEpochs.Address(number),
                            ConsensusAddress = authority,
                            InputBoxAddress = RollupsContracts.InputBox,
                            InputBoxBlock = 1,
                            DeploymentBlock = 1,
                            TemplateHash = template,
                            TemplateUri = "echo:",
                            EpochLength = 10,
                            ConsensusType = ConsensusType.Authority,
                            LastInputCheckBlock = head,
                        })
                    );
                    return Task.FromResult(0);
                },
                CancellationToken.None
            );
        }
    }

    /// <summary>Per second.</summary>
    /// <param name="Statements">Statements of all sessions, the beginnings and ends of transactions too.</param>
    /// <param name="Cpu">Milliseconds of CPU of all processes.</param>
    /// <param name="Messages">Messages published to the broker.</param>
    private sealed record Cost(double Statements, double Cpu, double Messages);

    /// <summary>Counts the statements of a database by PostgreSQL's own statistics.</summary>
    private sealed class StatementCount(NpgsqlConnection connection) : IAsyncDisposable
    {
        private const string Own = "query LIKE '%pg_stat_statements%'";

        public static async Task<StatementCount> StartAsync(Deployment deployment)
        {
            var connection = new NpgsqlConnection(deployment.Settings["Database:ConnectionString"] + ";Pooling=false");
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand("CREATE EXTENSION IF NOT EXISTS pg_stat_statements", connection);
            await create.ExecuteNonQueryAsync();
            return new StatementCount(connection);
        }

        public async Task<long> ReadAsync()
        {
            await using var command = new NpgsqlCommand(
                $"SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements WHERE NOT {Own} AND {Here}",
                connection
            );
            return (long)(await command.ExecuteScalarAsync())!;
        }

        /// <summary>The statements since the last call, most frequent first.</summary>
        public async Task PrintAsync()
        {
            await using (
                var command = new NpgsqlCommand(
                    $"SELECT calls, left(regexp_replace(query, '\\s+', ' ', 'g'), 160) FROM pg_stat_statements WHERE NOT {Own} AND {Here} "
                        + "ORDER BY calls DESC LIMIT 40",
                    connection
                )
            )
            await using (var reader = await command.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                    await Console.Error.WriteLineAsync($"    {reader.GetInt64(0), 6} {reader.GetString(1)}");
            }

            await using var reset = new NpgsqlCommand("SELECT pg_stat_statements_reset()", connection);
            await reset.ExecuteNonQueryAsync();
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private const string Here = "dbid = (SELECT oid FROM pg_database WHERE datname = current_database())";
    }
}
