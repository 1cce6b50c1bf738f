using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Advancer;
using Rollups.HopWork;
using Rollups.Lifecycle;
using Rollups.Messaging;
using Rollups.Validator;

namespace Rollups.Benchmarks;

/// <summary>
/// What a long past costs: a hop, a page of the Api, and the search of a fallback sync, in turn on a database with a thousand epochs and on
/// one with a million epochs and ten million outputs. Both have the same applications, and full pages.
/// </summary>
internal static class Growth
{
    private const int Hops = 300;
    private const int Calls = 500;
    private const int Passes = 60;
    private const int WarmUp = 30;

    // The runtime compiles a method anew, optimised, once it was called some thirty times and nothing else has been compiled for a while:
    // until then that work shares the cores with the calls, and is most of their slowest hundredth.
    private const int WarmUpCalls = 300;
    private static readonly TimeSpan Compiling = TimeSpan.FromSeconds(3);
    private const double MaxGrowth = 1.1;
    private const double MaxMilliseconds = 10;

    private static readonly (string Name, int EpochsPerApplication)[] Sizes = [("1 k epochs", 100), ("1 M epochs", 100_000)];

    public static async Task RunAsync(Report report)
    {
        List<Deployment> deployments = [];
        foreach (var (name, epochs) in Sizes)
        {
            var deployment = await report.Servers.DeployedAsync();
            await (await BenchmarkNode.BuildAsync(deployment)).DisposeAsync();
            var began = Stopwatch.GetTimestamp();
            await StoredHistory.FillAsync(deployment.Settings["Database:ConnectionString"]!, epochs);
            await Console.Error.WriteLineAsync($"  {name} stored in {Row.Number(Stopwatch.GetElapsedTime(began).TotalSeconds)} s");
            deployments.Add(deployment);
        }

        await HopsAsync(report, deployments);
        await PagesAsync(report, deployments);
        await PassesAsync(report, deployments);
    }

    private static async Task HopsAsync(Report report, List<Deployment> deployments)
    {
        List<BenchmarkNode> nodes = [];
        List<int> ids = [];
        foreach (var deployment in deployments)
        {
            var node = await BenchmarkNode.StartAsync(
                deployment,
                (services, configuration) =>
                {
                    services.AddPendingWork<MoveClosedEpochs>("mover", configuration);
                    services.AddBusRegistration(MoveClosedEpochsConsumer.Add);
                }
            );
            nodes.Add(node);
            ids.Add((await ClosedEpochs.AddApplicationsAsync(node.Unit, 1, CancellationToken.None))[0]);
        }

        var times = await InTurnAsync(
            Hops,
            async (size, hop) =>
            {
                var seen = nodes[size].Services.GetRequiredService<MoveClosedEpochs>().SeenAt;
                await Task.Delay(5);
                await ClosedEpochs.CloseAsync(nodes[size].Unit, ids[size], 1, hop, CancellationToken.None);
                var committed = Stopwatch.GetTimestamp();
                long at;
                while (!seen.TryGetValue((ClosedEpochs.Address(1), (ulong)hop), out at))
                    await Task.Delay(1);
                return at > committed ? Stopwatch.GetElapsedTime(committed, at) : TimeSpan.Zero;
            }
        );
        foreach (var node in nodes)
            await node.DisposeAsync();
        Grown(report, "growth: hop, median", times);
        report.Table(
            "A hop",
            [
                ["stored", "hops", "p50 ms", "p95 ms", "longest ms"],
                .. Columns(times),
            ]
        );
    }

    private static async Task PagesAsync(Report report, List<Deployment> deployments)
    {
        List<ApiCalls> apis = [];
        for (var size = 0; size < Sizes.Length; size++)
            apis.Add(await ApiCalls.StartAsync(deployments[size], Sizes[size].EpochsPerApplication));
        var random = new Random(1);
        List<string[]> rows =
        [
            ["call", "p50 ms, 1 k epochs", "p50 ms, 1 M", "ratio", "p99 ms, 1 k", "p99 ms, 1 M"],
        ];
        foreach (var name in ApiCalls.Names)
        {
            for (var call = 0; call < WarmUpCalls; call++)
            {
                foreach (var api in apis)
                    await api.TimeAsync(name, random);
            }
        }

        await Task.Delay(Compiling);
        var (calls, small, large) = (new List<(string Name, TimeSpan Slow)>(), new List<TimeSpan>(), new List<TimeSpan>());
        foreach (var name in ApiCalls.Names)
        {
            var times = await InTurnAsync(Calls, (size, _) => apis[size].TimeAsync(name, random));
            calls.Add((name, times[1].Percentile(0.99)));
            small.AddRange(times[0].All);
            large.AddRange(times[1].All);
            rows.Add([name, .. Pair(times, 0.5), Row.Number(times[1].Percentile(0.5) / times[0].Percentile(0.5)), .. Pair(times, 0.99)]);
        }

        foreach (var api in apis)
            await api.DisposeAsync();
        Grown(report, "growth: page of the API, median", [new Distribution(small), new Distribution(large)]);
        Slowest(report, "list", calls);
        Slowest(report, "get", calls);
        report.Table(
            "Calls of the API, applications and offsets (up to 10,000) at random, full pages of 50, outputs with their proofs, after 300 "
                + "calls of each kind",
            [.. rows]
        );
    }

    /// <summary>The call that is slowest counts, not all of them together: a client that makes only that call waits as long.</summary>
    private static void Slowest(Report report, string kind, List<(string Name, TimeSpan Slow)> calls)
    {
        var (name, slow) = calls.Where(call => call.Name.StartsWith(kind, StringComparison.Ordinal)).MaxBy(call => call.Slow);
        report.Row(
            new Row(
                $"API, the slowest {kind} call, p99 with 1 M epochs and 10 M outputs",
                slow.TotalMilliseconds,
                "ms",
                slow.TotalMilliseconds / MaxMilliseconds,
                $"the limit of {Row.Number(MaxMilliseconds)} ms ({name})",
                Goal.AtMost(1)
            )
        );
    }

    private static async Task PassesAsync(Report report, List<Deployment> deployments)
    {
        List<(BenchmarkNode Node, List<IPendingWork> Works)> nodes = [];
        foreach (var deployment in deployments)
        {
            List<Type> types = [];
            var node = await BenchmarkNode.BuildAsync(
                deployment,
                (services, configuration) =>
                {
                    services.AddAdvancer(configuration).AddValidator(configuration).AddLifecycle(configuration);
                    types.AddRange(services.Select(one => one.ServiceType).Where(typeof(IPendingWork).IsAssignableFrom));
                },
                ("Ethereum:ChainId", "31337")
            );
            nodes.Add((node, types.ConvertAll(type => (IPendingWork)node.Services.GetRequiredService(type))));
        }

        var times = await InTurnAsync(
            Passes,
            async (size, _) =>
            {
                var began = Stopwatch.GetTimestamp();
                foreach (var work in nodes[size].Works)
                    await work.FindDueAsync(CancellationToken.None);
                return Stopwatch.GetElapsedTime(began);
            }
        );
        foreach (var (node, _) in nodes)
            await node.DisposeAsync();
        Grown(report, "growth: search of a sync pass (Advancer, Validator, Lifecycle), median", times);
        report.Table(
            "The search for due work of one fallback sync of Advancer, Validator and Lifecycle",
            [
                ["stored", "passes", "p50 ms", "p95 ms", "longest ms"],
                .. Columns(times),
            ]
        );
    }

    /// <summary>Measures both sizes in turn; the first ones only warm up.</summary>
    private static async Task<List<Distribution>> InTurnAsync(int samples, Func<int, int, Task<TimeSpan>> measureAsync)
    {
        var times = Sizes.Select(_ => new List<TimeSpan>()).ToList();
        for (var sample = 0; sample < WarmUp + samples; sample++)
        {
            for (var turn = 0; turn < Sizes.Length; turn++)
            {
                var size = (sample + turn) % Sizes.Length;
                var time = await measureAsync(size, sample);
                if (sample >= WarmUp)
                    times[size].Add(time);
            }
        }

        return times.ConvertAll(all => new Distribution(all));
    }

    private static void Grown(Report report, string name, List<Distribution> times)
    {
        var (small, large) = (times[0].Percentile(0.5), times[1].Percentile(0.5));
        report.Row(
            new Row(
                $"{name}, 1 M epochs and 10 M outputs stored",
                large.TotalMilliseconds,
                "ms",
                large / small,
                $"1 k epochs stored ({Row.Number(small.TotalMilliseconds)} ms)",
                Goal.AtMost(MaxGrowth)
            )
        );
    }

    private static IEnumerable<string[]> Columns(List<Distribution> times) =>
        Sizes.Select((size, i) => (string[])[size.Name, .. times[i].Columns()]);

    private static IEnumerable<string> Pair(List<Distribution> times, double share) =>
        times.Select(one => one.Percentile(share).TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture));
}
