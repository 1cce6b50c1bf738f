using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Rollups.HopWork;
using Rollups.Messaging;

namespace Rollups.Benchmarks;

/// <summary>
/// One hop: from the commit of an epoch's move to the moment when the next service has read it in its transaction. The service is the same
/// in every row; what differs is how it learns of its work: by events, or by polling its table. On servers it is a process of its own, and
/// each hop alternates with the floor: one commit and one confirmed message.
/// </summary>
internal static class HopLatency
{
    // Until then the runtime still compiles methods anew, better each time, on the cores that the hops need.
    private const int WarmUp = 2000;

    // Waits are uniform over an interval, so that a commit meets the poll at any phase.
    private static readonly (string Name, bool Events, TimeSpan Interval, int Samples)[] Polling =
    [
        ("polling every 100 ms", false, TimeSpan.FromMilliseconds(100), 100),
        ("polling every second", false, TimeSpan.FromSeconds(1), 30),
    ];

    public static async Task RunAsync(Report report)
    {
        var samples = report.IsQuick ? 400 : 1000;
        var deployment = await report.Servers.DeployedAsync();
        var (hops, floor) = await DeployedAsync(deployment, true, TimeSpan.FromSeconds(30), samples);
        report.Row(Row("hop, median", 0.5, hops, floor, 2));
        report.Row(Row("hop, p99", 0.99, hops, floor, 6));
        List<string[]> rows =
        [
            ["deployment", "the service learns by", "hops", "p50 ms", "p95 ms", "longest ms"],
            [deployment.Name, "one commit and one confirmed message, without a node", .. floor.Columns()],
            [deployment.Name, "events", .. hops.Columns()],
        ];
        report.Plot(
            new Plot(
                "hop",
                "A hop: state committed to next service at work",
                "milliseconds",
                "share of hops",
                [Line.Shares("hop", hops), Line.Shares("commit + message", floor)]
            )
            {
                IsLogarithmicAcross = true,
            }
        );
        if (!report.IsQuick)
            await PollingAsync(report, hops, rows);
        var embedded = report.Servers.Embedded();
        rows.Add([embedded.Name, "events", .. (await EmbeddedAsync(embedded, samples / 2)).Columns()]);
        report.Table("Latency of a hop: committed to seen by the next service", [.. rows]);
    }

    private static Row Row(string name, double share, Distribution hops, Distribution floor, double goal)
    {
        var (hop, least) = (hops.Percentile(share).TotalMilliseconds, floor.Percentile(share).TotalMilliseconds);
        return new Row(
            name,
            hop,
            "ms",
            hop / least,
            $"one commit and one confirmed message ({Benchmarks.Row.Number(least)} ms)",
            Goal.AtMost(goal)
        );
    }

    private static async Task PollingAsync(Report report, Distribution hops, List<string[]> rows)
    {
        foreach (var mode in Polling)
        {
            var deployment = await report.Servers.DeployedAsync();
            var (polled, _) = await DeployedAsync(deployment, mode.Events, mode.Interval, mode.Samples);
            rows.Add([deployment.Name, mode.Name, .. polled.Columns()]);
            report.Ratio(
                $"Hop on {deployment.Name}: events are {Times(polled, hops, 0.5)} times faster than {mode.Name} at p50, "
                    + $"{Times(polled, hops, 0.95)} times at p95."
            );
        }
    }

    private static async Task<(Distribution Hops, Distribution Floor)> DeployedAsync(
        Deployment deployment,
        bool events,
        TimeSpan interval,
        int samples
    )
    {
        await using var writer = await BenchmarkNode.StartAsync(deployment);
        var id = (await ClosedEpochs.AddApplicationsAsync(writer.Unit, 1, CancellationToken.None))[0];
        await using var worker = await HopWorker.StartAsync(deployment, events, interval);
        await using var bare = await HopFloor.StartAsync(deployment);
        // The same waits in every run.
        var random = new Random(1);
        var (hops, floor) = (new List<TimeSpan>(), new List<TimeSpan>());
        var pause = events ? TimeSpan.FromMilliseconds(20) : interval;
        var warmUp = events ? WarmUp : 10;
        for (var epoch = 0; epoch < warmUp + samples; epoch++)
        {
            if (epoch >= warmUp)
                await Task.Delay(pause * random.NextDouble());
            await ClosedEpochs.CloseAsync(writer.Unit, id, 1, epoch, CancellationToken.None);
            var committed = Stopwatch.GetTimestamp();
            var seen = await worker.SeenAtAsync(epoch);
            // What the worker does next is over before the floor's turn.
            if (epoch >= warmUp)
                await Task.Delay(TimeSpan.FromMilliseconds(5));
            var least = await bare.MeasureAsync();
            if (epoch < warmUp)
                continue;
            hops.Add(seen > committed ? Stopwatch.GetElapsedTime(committed, seen) : TimeSpan.Zero);
            floor.Add(least);
        }

        return (new Distribution(hops), new Distribution(floor));
    }

    private static async Task<Distribution> EmbeddedAsync(Deployment deployment, int samples)
    {
        await using var node = await HopWorker.StartAsync(deployment, true, "00:00:30");
        var id = (await ClosedEpochs.AddApplicationsAsync(node.Unit, 1, CancellationToken.None))[0];
        var seen = node.Services.GetRequiredService<MoveClosedEpochs>().SeenAt;
        var random = new Random(1);
        var times = new List<TimeSpan>();
        for (var epoch = 0; epoch < WarmUp + samples; epoch++)
        {
            if (epoch >= WarmUp)
                await Task.Delay(TimeSpan.FromMilliseconds(20) * random.NextDouble());
            await ClosedEpochs.CloseAsync(node.Unit, id, 1, epoch, CancellationToken.None);
            var committed = Stopwatch.GetTimestamp();
            long at;
            while (!seen.TryGetValue((ClosedEpochs.Address(1), (ulong)epoch), out at))
                await Task.Delay(1);
            if (epoch >= WarmUp)
                times.Add(at > committed ? Stopwatch.GetElapsedTime(committed, at) : TimeSpan.Zero);
        }

        return new Distribution(times);
    }

    private static string Times(Distribution slower, Distribution faster, double share) =>
        (slower.Percentile(share) / faster.Percentile(share)).ToString("0", CultureInfo.InvariantCulture);
}
