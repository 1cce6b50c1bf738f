using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.HopWork;
using Rollups.Messaging;

namespace Rollups.Benchmarks;

/// <summary>How fast a full outbox drains into durable queues, each message confirmed before its application's next one.</summary>
internal static class OutboxThroughput
{
    private const int Messages = 10_000;
    private const int Applications = 100;

    public static async Task RunAsync(Report report)
    {
        var embedded = await MeasureAsync(report.Servers.Embedded(), 1);
        var one = await MeasureAsync(await report.Servers.DeployedAsync(), 1);
        var two = await MeasureAsync(await report.Servers.DeployedAsync(), 2);
        report.Ratio(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Outbox on RabbitMQ + PostgreSQL: two dispatchers deliver {two / one:0.0} times as much as one."
            )
        );
        report.Table(
            $"Outbox: {Messages} messages of {Applications} applications",
            ["deployment", "dispatchers", "messages/s"],
            ["in-memory + SQLite", "1", Format(embedded)],
            ["RabbitMQ + PostgreSQL", "1", Format(one)],
            ["RabbitMQ + PostgreSQL", "2", Format(two)]
        );
    }

    private static async Task<double> MeasureAsync(Deployment deployment, int dispatchers)
    {
        // The durable queue with its binding, which the messages go to.
        await using (
            await BenchmarkNode.StartAsync(
                deployment,
                (services, configuration) =>
                {
                    services.AddPendingWork<MoveClosedEpochs>("mover", configuration);
                    services.AddBusRegistration(MoveClosedEpochsConsumer.Add);
                }
            )
        )
        {
            // Only to declare it.
        }

        await using var writer = await BenchmarkNode.BuildAsync(deployment);
        var nodes = new List<BenchmarkNode>();
        for (var i = 0; i < dispatchers; i++)
            nodes.Add(await BenchmarkNode.StartAsync(deployment));
        await FillAsync(writer);
        // A sweep finds what nobody signalled; the time counts from the first deliveries.
        var left = Messages;
        while (left == Messages)
            left = await writer.ReadAsync(db => db.Outbox.CountAsync());
        var began = Stopwatch.GetTimestamp();
        var first = left;
        while (left > 0)
        {
            await Task.Delay(5);
            left = await writer.ReadAsync(db => db.Outbox.CountAsync());
        }

        var rate = first / Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var node in nodes)
            await node.DisposeAsync();
        return rate;
    }

    private static Task<int> FillAsync(BenchmarkNode writer) =>
        writer.Unit.ExecuteAsync(
            async (scope, token) =>
            {
                for (var message = 0; message < Messages; message++)
                {
                    await scope
                        .Outbox()
                        .Publish(
                            new EpochClosed
                            {
                                ChainId = 31337,
                                Application = ClosedEpochs.Address(message % Applications).ToString(),
                                ApplicationName = "echo",
                                EpochIndex = (ulong)message,
                                InputIndexLowerBound = 0,
                                InputIndexUpperBound = 0,
                                OccurredAt = DateTimeOffset.UtcNow,
                            },
                            token
                        );
                }

                return 0;
            },
            CancellationToken.None
        );

    private static string Format(double rate) => rate.ToString("0", CultureInfo.InvariantCulture);
}
