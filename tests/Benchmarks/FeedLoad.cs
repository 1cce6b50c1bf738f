namespace Rollups.Benchmarks;

/// <summary>
/// What the push feed costs the pipeline: the latency of a hop while the bus carries 100 events a second, without the Api service, with it,
/// and with a thousand subscribers that get every event.
/// </summary>
internal static class FeedLoad
{
    private const int Rounds = 3;
    private const int Subscribers = 1000;
    private const double MostCost = 1.05;

    private static readonly ApiLoad[] Modes =
    [
        new("without the Api", HasApi: false),
        new("with the Api, nobody subscribed"),
        new(
            "with the Api and 1,000 subscribers",
            StartAsync: port => FeedProcesses.StartSubscribersAsync(port, Subscribers),
            Describe: (got, events) => $"{got} of {events}"
        ),
    ];

    public static async Task RunAsync(Report report)
    {
        List<string[]> rows =
        [
            ["deployment", "at 100 events/s", "hops", "p50 ms", "p95 ms", "longest ms", "events to each subscriber"],
        ];
        foreach (var embedded in report.IsQuick ? (bool[])[false] : [true, false])
        {
            // What the runtime compiles at first counts for no mode.
            await HopsBesideApi.MeasureAsync(report, embedded, Modes[^1], []);
            // Rounds alternate, so that whatever else the machine does meets every mode.
            var times = Modes.Select(_ => new List<TimeSpan>()).ToList();
            var received = Modes.Select(_ => "").ToList();
            var name = "";
            for (var round = 0; round < Rounds; round++)
            {
                for (var mode = 0; mode < Modes.Length; mode++)
                    (name, received[mode]) = await HopsBesideApi.MeasureAsync(report, embedded, Modes[mode], times[mode]);
            }

            var all = times.ConvertAll(mode => new Distribution(mode));
            for (var mode = 0; mode < Modes.Length; mode++)
                rows.Add([name, Modes[mode].Name, .. all[mode].Columns(), received[mode]]);
            report.Row(CostOfSubscribers(embedded ? "embedded" : "deployed", all[2], all[1]));
            report.Ratio(
                $"Push on {name}: 1,000 subscribers at 100 events/s change a hop by {HopsBesideApi.Change(all[2], all[1], 0.5)} % at p50 "
                    + $"and {HopsBesideApi.Change(all[2], all[1], 0.95)} % at p95 against none; the feed as a whole changes it by "
                    + $"{HopsBesideApi.Change(all[2], all[0], 0.5)} % and {HopsBesideApi.Change(all[2], all[0], 0.95)} %."
            );
        }

        report.Table("Latency of a hop beside the push feed", [.. rows]);
    }

    private static Row CostOfSubscribers(string where, Distribution with, Distribution without)
    {
        var (hop, alone) = (with.Percentile(0.5).TotalMilliseconds, without.Percentile(0.5).TotalMilliseconds);
        return new Row(
            $"hop beside 1,000 push subscribers at 100 events/s, {where}, median",
            hop,
            "ms",
            hop / alone,
            $"the same without subscribers ({Row.Number(alone)} ms)",
            Goal.AtMost(MostCost)
        );
    }
}
