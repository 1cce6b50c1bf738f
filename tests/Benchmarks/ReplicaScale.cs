using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Rollups.Advancer;
using Rollups.HopWork;
using Rollups.Machines;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>
/// Inputs per second of one, two and three replicas of the Advancer, each a process of its own, that share the applications. A machine
/// takes five milliseconds per input without loading a core, so that the cores of this machine are not the limit.
/// </summary>
internal static class ReplicaScale
{
    private const string Role = "scale-advancer";
    private const int Applications = 60;
    private const int Inputs = 100;
    private const int WarmUp = 10;
    private const int Rounds = 3;

    // Of all inputs: until then every replica has more applications with work than places.
    private const double Measured = 0.8;
    private static readonly TimeSpan MachineTime = TimeSpan.FromMilliseconds(5);

    // For the replicas to share the applications before the measurement begins.
    private const string SyncInterval = "00:00:01";
    private static readonly int[] Replicas = [1, 2, 3];

    public static async Task RunAsync(Report report)
    {
        var rates = Replicas.ToDictionary(replicas => replicas, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var replicas in Replicas)
                rates[replicas].Add(await MeasureAsync(await report.Servers.DeployedAsync(), replicas));
            await Console.Error.WriteLineAsync(
                "  " + string.Join(", ", Replicas.Select(replicas => $"{replicas}: {Text(rates[replicas][^1], "0")} inputs/s"))
            );
        }

        // Of each round, because the machine's speed differs between rounds.
        var times = Replicas.ToDictionary(
            replicas => replicas,
            replicas => Median(rates[replicas].Zip(rates[1], (rate, one) => rate / one))
        );
        report.Table(
            $"{Applications} applications with {MachineTime.TotalMilliseconds:0} ms of machine time per input on RabbitMQ + PostgreSQL, "
                + $"medians of {Rounds} rounds",
            [
                ["replicas of the Advancer", "inputs/s", "times one"],
                .. Replicas.Select(replicas =>
                    (string[])[Text(replicas, "0"), Text(Median(rates[replicas]), "0"), Text(times[replicas], "0.00")]
                ),
            ]
        );
        foreach (var (replicas, goal) in ((int, double)[])[(2, 1.9), (3, 2.8)])
            report.Row(
                new Row(
                    $"{replicas} Advancers over {Applications} applications",
                    Median(rates[replicas]),
                    "inputs/s",
                    times[replicas],
                    $"one ({Row.Number(Median(rates[1]))} inputs/s)",
                    Goal.AtLeast(goal)
                )
            );
    }

    /// <summary>What the program does as a replica; null if the arguments do not ask for it.</summary>
    public static Task? Run(string[] args) => args is [Role, .. var settings] ? RunReplicaAsync(settings) : null;

    private static async Task<double> MeasureAsync(Deployment deployment, int count)
    {
        await using var node = await BenchmarkNode.StartAsync(deployment);
        var ids = await ClosedEpochs.AddApplicationsAsync(node.Unit, Applications, CancellationToken.None, await EchoTemplate.HashAsync());
        await node.ReadAsync(db =>
            db.Applications.ExecuteUpdateAsync(set => set.SetProperty(app => app.TemplateUri, SlowMachines.Uri(MachineTime)))
        );
        var replicas = new List<ProgramProcess>();
        try
        {
            for (var i = 0; i < count; i++)
                replicas.Add(
                    ProgramProcess.Start(
                        Environment.ProcessPath!,
                        [Role, .. deployment.Settings.Select(setting => $"{setting.Key}={setting.Value}")],
                        new Dictionary<string, string>()
                    )
                );
            var epoch = await ShareAsync(deployment, node, ids, replicas);
            foreach (var replica in replicas)
                await replica.PauseAsync(CancellationToken.None);
            var warm = WarmUp * (int)epoch;
            for (var i = 0; i < Applications; i++)
                await WaitingInputs.StoreAsync(node, ids[i], i + 1, Inputs, warm, epoch, isLast: true);
            var began = Stopwatch.GetTimestamp();
            foreach (var replica in replicas)
                await replica.ContinueAsync(CancellationToken.None);
            var measured = (int)(Applications * Inputs * Measured);
            await WaitingInputs.UntilRunAsync(deployment, (Applications * warm) + measured, replicas);
            return measured / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        finally
        {
            foreach (var replica in replicas)
                await replica.DisposeAsync();
        }
    }

    /// <summary>Gives every application work until each replica owns its share. Returns the index of the next epoch.</summary>
    private static async Task<ulong> ShareAsync(Deployment deployment, BenchmarkNode node, int[] ids, List<ProgramProcess> replicas)
    {
        for (var epoch = 0UL; epoch < 60; epoch++)
        {
            for (var i = 0; i < Applications; i++)
                await WaitingInputs.StoreAsync(node, ids[i], i + 1, WarmUp, WarmUp * (int)epoch, epoch);
            await WaitingInputs.UntilFinishedAsync(deployment, replicas);
            var owned = await OwnedAsync(deployment);
            if (epoch > 1 && owned.Count == replicas.Count && owned.Max() - owned.Min() <= 1)
                return epoch + 1;
            // The next sync.
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }

        throw new InvalidOperationException($"{replicas.Count} replicas do not share: {string.Join(", ", await OwnedAsync(deployment))}.");
    }

    /// <summary>Leases of each replica.</summary>
    private static async Task<List<long>> OwnedAsync(Deployment deployment)
    {
        await using var connection = new NpgsqlConnection(deployment.Settings["Database:ConnectionString"]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT count(*) FROM pg_locks JOIN leases ON (classid::bigint << 32) | objid::bigint = hashtextextended(name, 0)
            WHERE locktype = 'advisory' AND granted AND mode = 'ExclusiveLock' AND name LIKE 'advancer:%'
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            GROUP BY pid
            """,
            connection
        );
        var owned = new List<long>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            owned.Add(reader.GetInt64(0));
        return owned;
    }

    private static async Task RunReplicaAsync(string[] settings)
    {
        var deployment = new Deployment(
            "",
            settings.Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1])
        );
        await using var node = await BenchmarkNode.StartAsync(
            deployment,
            (services, configuration) => services.AddSingleton<IMachineFactory, SlowMachines>().AddAdvancer(configuration),
            ("Ethereum:ChainId", "31337"),
            ("Services:Advancer:SyncInterval", SyncInterval)
        );
        // Until it is killed.
        await Task.Delay(Timeout.Infinite);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
