using System.Diagnostics;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>
/// From the block that ends an epoch of ten inputs to the claim's broadcast, over three hops: EvmReader, Advancer, Validator, Claimer.
/// Anvil mines each transaction at once, so the claim's block shows its broadcast. The same services, with their events off, poll at the
/// intervals of a node without events.
/// </summary>
internal static class EpochLatency
{
    private const ulong EpochLength = 20;
    private const int Inputs = 10;
    private const int WarmUp = 25;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly IReadOnlyList<string> Services = ["evm-reader", "advancer", "validator", "claimer", "lifecycle"];

    public static async Task RunAsync(Report report)
    {
        var samples = report.IsQuick ? 20 : 60;
        var polled = await MeasureAsync(await report.Servers.DeployedAsync(), isEmbedded: false, events: false, report.IsQuick ? 3 : 5, 0);
        var deployed = await MeasureAsync(await report.Servers.DeployedAsync(), isEmbedded: false, events: true, samples, WarmUp);
        var embedded = await MeasureAsync(report.Servers.Embedded(), isEmbedded: true, events: true, samples, WarmUp);
        var polling = Median(polled);
        foreach (var (name, times, limit) in ((string, Distribution, double)[])[("deployed", deployed, 150), ("embedded", embedded, 100)])
        {
            report.Row(Row.Below($"epoch closed to claim, {name}, median", Median(times), "ms", limit));
            report.Row(
                new Row(
                    $"epoch closed to claim, {name}, faster than polling",
                    Median(times),
                    "ms",
                    polling / Median(times),
                    $"events off, syncs every 3 s and L1 every 12 s ({Row.Number(polling / 1000)} s)",
                    Goal.AtLeast(50)
                )
            );
        }

        report.Table(
            $"From the block that ends an epoch of {Inputs} inputs to the broadcast of its claim",
            ["deployment", "the services learn by", "epochs", "p50 ms", "p95 ms", "longest ms"],
            ["in-memory + SQLite, one process", "events", .. embedded.Columns()],
            ["RabbitMQ + PostgreSQL, five processes", "events", .. deployed.Columns()],
            ["RabbitMQ + PostgreSQL, five processes", "polling every 3 s, L1 every 12 s", .. polled.Columns()]
        );
    }

    private static double Median(Distribution times) => times.Percentile(0.5).TotalMilliseconds;

    private static async Task<Distribution> MeasureAsync(Deployment deployment, bool isEmbedded, bool events, int samples, int warmUp)
    {
        await using var chain = await MeasuredChain.StartAsync();
        var on = chain.Under(deployment, subscribes: events);
        await using var embedded = isEmbedded ? await EmbeddedNode.StartAsync(on) : null;
        await using var client = isEmbedded ? null : await BenchmarkNode.StartAsync(deployment);
        await using var services = isEmbedded
            ? null
            : await ServiceProcesses.StartAsync(
                on,
                Services,
                events ? [] : MeasuredChain.Polling(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(12))
            );
        var provider = embedded?.Services ?? client!.Services;
        var (application, _) = await chain.AddApplicationAsync(provider, EpochLength);
        await using var heads = await HeadWatch.StartAsync(chain.Anvil.Anvil.WebSocketEndpoint);
        var random = new Random(1);
        var times = new List<TimeSpan>();
        for (var epoch = 0; epoch < warmUp + samples; epoch++)
        {
            var time = await MeasureAsync(chain.Anvil, heads, provider, application, epoch, events, random);
            if (epoch >= warmUp)
                times.Add(time);
        }

        return new Distribution(times);
    }

    private static async Task<TimeSpan> MeasureAsync(
        AnvilChain anvil,
        HeadWatch heads,
        IServiceProvider services,
        Address application,
        int epoch,
        bool events,
        Random random
    )
    {
        var head = await anvil.Chain.HeadAsync(CancellationToken.None);
        var first = ((head / EpochLength) + 1) * EpochLength;
        await anvil.Chain.MineToAsync(first - 1, CancellationToken.None);
        for (var input = 0; input < Inputs; input++)
            await anvil.Contracts.AddInputAsync(application, Encoding.UTF8.GetBytes($"input {input}"), CancellationToken.None);
        var last = first + EpochLength - 1;
        await anvil.Chain.MineToAsync(last - 1, CancellationToken.None);
        await UntilAsync(services, db => db.Applications.AnyAsync(app => app.ProcessedInputs == (ulong)(Inputs * (epoch + 1))));
        // The epoch ends at any phase of the polling intervals.
        await Task.Delay(events ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromSeconds(12) * random.NextDouble());
        var began = Stopwatch.GetTimestamp();
        await anvil.Chain.MineAsync(1, CancellationToken.None);
        var claimed = await heads.UntilAsync(last + 1, Limit);
        await UntilAsync(services, db => db.Epochs.AllAsync(row => row.Status == EpochStatus.ClaimAccepted));
        return Stopwatch.GetElapsedTime(began, claimed);
    }

    private static async Task UntilAsync(IServiceProvider services, Func<RollupsDbContext, Task<bool>> isDone)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            await using (var scope = services.CreateAsyncScope())
            {
                if (await isDone(scope.ServiceProvider.GetRequiredService<RollupsDbContext>()))
                    return;
            }

            if (Stopwatch.GetElapsedTime(began) > Limit)
                throw new TimeoutException($"The services have not come so far after {Limit}.");
            await Task.Delay(20);
        }
    }
}
