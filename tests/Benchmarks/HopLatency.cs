using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Rollups.HopWork;
using Rollups.Messaging;

namespace Rollups.Benchmarks;

/// <summary>
/// One hop: from the commit of an epoch's move to the moment when the next service sees it. The service is the same in every row; what
/// differs is how it learns of its work: by events, or by polling its table.
/// </summary>
internal static class HopLatency
{
    private const int WarmUp = 30;

    // Waits are uniform over an interval, so that a commit meets the poll at any phase.
    private static readonly (string Name, bool Events, TimeSpan Interval, int Samples)[] Modes =
    [
        ("events", true, TimeSpan.FromSeconds(30), 300),
        ("polling every 100 ms", false, TimeSpan.FromMilliseconds(100), 150),
        ("polling every second", false, TimeSpan.FromSeconds(1), 60),
    ];

    public static async Task RunAsync(Report report)
    {
        List<string[]> rows =
        [
            ["deployment", "the service learns by", "hops", "p50 ms", "p95 ms", "longest ms"],
        ];
        foreach (var embedded in (bool[])[true, false])
        {
            var byMode = new List<Distribution>();
            var name = "";
            foreach (var mode in Modes)
            {
                var deployment = embedded ? report.Servers.Embedded() : await report.Servers.DeployedAsync();
                name = deployment.Name;
                var hops = await MeasureAsync(deployment, mode.Events, mode.Interval, mode.Samples);
                byMode.Add(hops);
                rows.Add([name, mode.Name, .. hops.Columns()]);
            }

            for (var i = 1; i < Modes.Length; i++)
                report.Ratio(
                    $"Hop on {name}: events are {Times(byMode[i], byMode[0], 0.5)} times faster than {Modes[i].Name} at p50, "
                        + $"{Times(byMode[i], byMode[0], 0.95)} times at p95."
                );
        }

        report.Table("Latency of a hop: committed to seen by the next service", [.. rows]);
    }

    private static async Task<Distribution> MeasureAsync(Deployment deployment, bool events, TimeSpan interval, int samples)
    {
        await using var node = await BenchmarkNode.StartAsync(
            deployment,
            (services, configuration) =>
            {
                services.AddPendingWork<MoveClosedEpochs>("mover", configuration);
                if (events)
                    services.AddBusRegistration(MoveClosedEpochsConsumer.Add);
            },
            ("Services:Mover:SyncInterval", interval.ToString("c", CultureInfo.InvariantCulture))
        );
        var id = (await ClosedEpochs.AddApplicationsAsync(node.Unit, 1, CancellationToken.None))[0];
        var seen = node.Services.GetRequiredService<MoveClosedEpochs>().SeenAt;
        // The same waits in every run.
        var random = new Random(1);
        var times = new List<TimeSpan>();
        var pause = events ? TimeSpan.FromMilliseconds(20) : interval;
        for (var epoch = 0; epoch < WarmUp + samples; epoch++)
        {
            // Warm-up hops need no phase.
            await Task.Delay(epoch < WarmUp ? TimeSpan.FromMilliseconds(1) : pause * random.NextDouble());
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
