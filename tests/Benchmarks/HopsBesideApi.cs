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
/// Hops while the bus carries 100 other events a second, beside the Api and its clients. The clients are a process of their own, at the
/// lowest priority, because they stand for programs on other machines; so is the Api where the deployment has servers, as in compose/, at
/// the priority that the node gives it.
/// </summary>
internal static class HopsBesideApi
{
    private const int WarmUp = 50;
    private const int Samples = 300;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan EventInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Measures on new databases.</summary>
    /// <param name="report">Has the servers.</param>
    /// <param name="embedded">Whether the Api is in the node's process.</param>
    /// <param name="mode">What is beside the hops.</param>
    /// <param name="times">The hops' times are added to it.</param>
    /// <returns>The deployment, and what the clients got.</returns>
    public static async Task<(string Deployment, string Clients)> MeasureAsync(
        Report report,
        bool embedded,
        ApiLoad mode,
        List<TimeSpan> times
    )
    {
        var deployment = embedded ? report.Servers.Embedded() : await report.Servers.DeployedAsync();
        await using var node = await BenchmarkNode.StartAsync(
            deployment,
            (services, configuration) =>
            {
                services.AddPendingWork<MoveClosedEpochs>("mover", configuration);
                services.AddBusRegistration(MoveClosedEpochsConsumer.Add);
                if (mode.HasApi && embedded)
                    services.AddApi(configuration);
            },
            FeedProcesses.Settings
        );
        await using var api = mode.HasApi && !embedded ? await FeedProcesses.StartApiAsync(deployment) : null;
        await using var clients = mode.StartAsync is null
            ? null
            : await mode.StartAsync(api?.Ports ?? ApiPorts.Of(node.Services.GetRequiredService<IApiListener>()));

        using var over = new CancellationTokenSource();
        var published = PublishAsync(node.Services.GetRequiredService<IBus>(), over.Token);
        await HopsAsync(node, times);
        await over.CancelAsync();
        var events = await published;
        return (deployment.Name, clients is null ? "" : mode.Describe!(await clients.EndAsync(), events));
    }

    /// <summary>By how many percent a mode's hops take longer than another's.</summary>
    public static string Change(Distribution with, Distribution without, double share) =>
        (((with.Percentile(share) / without.Percentile(share)) - 1) * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

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
}

/// <summary>What is beside the hops.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="HasApi">Whether the Api runs.</param>
/// <param name="StartAsync">Starts the Api's clients, given its ports; null for none.</param>
/// <param name="Describe">What the report says of them, given the number that they printed at their end and the number of events.</param>
internal sealed record ApiLoad(
    string Name,
    bool HasApi = true,
    Func<ApiPorts, Task<FeedProcesses>>? StartAsync = null,
    Func<int, int, string>? Describe = null
);
