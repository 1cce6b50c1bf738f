using System.Diagnostics;
using System.Globalization;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api;
using Rollups.Contracts;
using Rollups.HopWork;
using Rollups.Messaging;

namespace Rollups.Benchmarks;

/// <summary>
/// What the push feed costs the pipeline: the latency of a hop while the bus carries 100 events a second, without the Api service, with it,
/// and with a thousand subscribers that get every event. The subscribers are a process of their own, at the lowest priority, because they
/// stand for clients on other machines; so is the Api where the deployment has servers, as in compose/, at the priority that the node gives
/// it.
/// </summary>
internal static class FeedLoad
{
    private const int Subscribers = 1000;
    private const int WarmUp = 50;
    private const int Samples = 300;
    private const int Rounds = 3;
    private const double MostCost = 1.05;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan EventInterval = TimeSpan.FromMilliseconds(10);

    private static readonly (string Name, bool HasApi, int Subscribers)[] Modes =
    [
        ("without the Api", false, 0),
        ("with the Api, nobody subscribed", true, 0),
        ("with the Api and 1,000 subscribers", true, Subscribers),
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
            await MeasureAsync(await DeploymentAsync(report, embedded), embedded, Modes[1].HasApi, Modes[1].Subscribers, []);
            // Rounds alternate, so that whatever else the machine does meets every mode.
            var times = Modes.Select(_ => new List<TimeSpan>()).ToList();
            var received = Modes.Select(_ => "").ToList();
            var name = "";
            for (var round = 0; round < Rounds; round++)
            {
                for (var mode = 0; mode < Modes.Length; mode++)
                {
                    var deployment = await DeploymentAsync(report, embedded);
                    name = deployment.Name;
                    received[mode] = await MeasureAsync(deployment, embedded, Modes[mode].HasApi, Modes[mode].Subscribers, times[mode]);
                }
            }

            var all = times.ConvertAll(mode => new Distribution(mode));
            for (var mode = 0; mode < Modes.Length; mode++)
                rows.Add([name, Modes[mode].Name, .. all[mode].Columns(), received[mode]]);
            report.Row(CostOfSubscribers(embedded ? "embedded" : "deployed", all[2], all[1]));
            report.Ratio(
                $"Push on {name}: 1,000 subscribers at 100 events/s change a hop by {Change(all[2], all[1], 0.5)} % at p50 and "
                    + $"{Change(all[2], all[1], 0.95)} % at p95 against none; the feed as a whole changes it by "
                    + $"{Change(all[2], all[0], 0.5)} % and {Change(all[2], all[0], 0.95)} %."
            );
        }

        report.Table("Latency of a hop beside the push feed", [.. rows]);
    }

    private static async Task<Deployment> DeploymentAsync(Report report, bool embedded) =>
        embedded ? report.Servers.Embedded() : await report.Servers.DeployedAsync();

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

    private static async Task<string> MeasureAsync(
        Deployment deployment,
        bool embedded,
        bool hasApi,
        int subscribers,
        List<TimeSpan> times
    )
    {
        await using var node = await BenchmarkNode.StartAsync(
            deployment,
            (services, configuration) =>
            {
                services.AddPendingWork<MoveClosedEpochs>("mover", configuration);
                services.AddBusRegistration(MoveClosedEpochsConsumer.Add);
                if (hasApi && embedded)
                    services.AddApi(configuration);
            },
            FeedProcesses.Settings
        );
        await using var api = hasApi && !embedded ? await FeedProcesses.StartApiAsync(deployment) : null;
        var port = embedded && hasApi ? node.Services.GetRequiredService<IApiListener>().WebEndPoint!.Port : api?.Number ?? 0;
        await using var readers = subscribers > 0 ? await FeedProcesses.StartSubscribersAsync(port, subscribers) : null;

        using var over = new CancellationTokenSource();
        var published = PublishAsync(node.Services.GetRequiredService<IBus>(), over.Token);
        await HopsAsync(node, times);
        await over.CancelAsync();
        var count = await published;
        if (readers is null)
            return "";
        var got = await readers.EndAsync();
        return $"{got} of {count}";
    }

    private static async Task HopsAsync(BenchmarkNode node, List<TimeSpan> times)
    {
        var id = (await ClosedEpochs.AddApplicationsAsync(node.Unit, 1, CancellationToken.None))[0];
        var seen = node.Services.GetRequiredService<MoveClosedEpochs>().SeenAt;
        var random = new Random(1);
        for (var epoch = 0; epoch < WarmUp + Samples; epoch++)
        {
            await Task.Delay(Pause * random.NextDouble());
            await ClosedEpochs.CloseAsync(node.Unit, id, 1, epoch, CancellationToken.None);
            var committed = Stopwatch.GetTimestamp();
            long at;
            while (!seen.TryGetValue((ClosedEpochs.Address(1), (ulong)epoch), out at))
                await Task.Delay(1);
            if (epoch >= WarmUp)
                times.Add(at > committed ? Stopwatch.GetElapsedTime(committed, at) : TimeSpan.Zero);
        }
    }

    /// <summary>A hundred events a second that no worker handles; the number of them.</summary>
    private static async Task<int> PublishAsync(IBus bus, CancellationToken over)
    {
        using var timer = new PeriodicTimer(EventInterval);
        var count = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                await bus.Publish(
                    new InputReceived
                    {
                        ChainId = 31337,
                        Application = "0x" + 7.ToString("x40", CultureInfo.InvariantCulture),
                        ApplicationName = "load",
                        FirstInputIndex = (ulong)count,
                        LastInputIndex = (ulong)count,
                        LastBlock = 1,
                        OccurredAt = DateTimeOffset.UtcNow,
                    },
                    CancellationToken.None
                );
                count++;
            }
        }
        catch (OperationCanceledException)
        {
            // The hops are measured.
        }

        return count;
    }

    private static string Change(Distribution with, Distribution without, double share) =>
        (((with.Percentile(share) / without.Percentile(share)) - 1) * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);
}
