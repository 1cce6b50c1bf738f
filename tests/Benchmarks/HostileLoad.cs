namespace Rollups.Benchmarks;

/// <summary>
/// What hostile clients of the Api cost the pipeline: the latency of a hop beside 100 bad requests a second and a thousand readers of the
/// push feed that never read.
/// </summary>
internal static class HostileLoad
{
    private const int Rounds = 3;

    private static readonly ApiLoad[] Modes =
    [
        new("with the Api, without clients"),
        new(
            "with the Api and hostile clients",
            StartAsync: FeedProcesses.StartHostileAsync,
            Describe: (refused, _) => Row.Number(refused)
        ),
    ];

    public static async Task RunAsync(Report report)
    {
        List<string[]> rows =
        [
            ["deployment", "beside", "hops", "p50 ms", "p95 ms", "longest ms", "requests refused"],
        ];
        foreach (var embedded in (bool[])[true, false])
        {
            await HopsBesideApi.MeasureAsync(report, embedded, Modes[^1], []);
            var times = Modes.Select(_ => new List<TimeSpan>()).ToList();
            var refused = Modes.Select(_ => "").ToList();
            var name = "";
            for (var round = 0; round < Rounds; round++)
            {
                for (var mode = 0; mode < Modes.Length; mode++)
                    (name, refused[mode]) = await HopsBesideApi.MeasureAsync(report, embedded, Modes[mode], times[mode]);
            }

            var all = times.ConvertAll(mode => new Distribution(mode));
            for (var mode = 0; mode < Modes.Length; mode++)
                rows.Add([name, Modes[mode].Name, .. all[mode].Columns(), refused[mode]]);
            report.Ratio(
                $"Hostile clients on {name} change a hop by {HopsBesideApi.Change(all[1], all[0], 0.5)} % at p50 and "
                    + $"{HopsBesideApi.Change(all[1], all[0], 0.95)} % at p95."
            );
        }

        report.Table("Latency of a hop beside 100 bad requests a second and 1,000 subscribers that never read", [.. rows]);
    }
}
