using System.Diagnostics;
using System.Globalization;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.HopWork;

namespace Rollups.Benchmarks;

/// <summary>A batch of 10,000 inputs, as a node that catches up reads it: rows and event in one transaction.</summary>
internal static class InputBatch
{
    private const int Inputs = 10_000;
    private const int PayloadBytes = 256;
    private const int Rounds = 5;

    public static async Task RunAsync(Report report)
    {
        List<string[]> rows =
        [
            ["deployment", "what is committed", "median ms", "rows/s"],
        ];
        foreach (var deployment in new[] { report.Servers.Embedded(), await report.Servers.DeployedAsync() })
        {
            await using var node = await BenchmarkNode.BuildAsync(deployment);
            var ids = await ClosedEpochs.AddApplicationsAsync(node.Unit, 2 * (Rounds + 1), CancellationToken.None);
            var coalesced = await MedianAsync(round => StoreAsync(node, ids[round], round + 1, eventEach: false));
            var eventEach = await MedianAsync(round => StoreAsync(node, ids[Rounds + 1 + round], Rounds + 2 + round, eventEach: true));
            rows.Add([deployment.Name, $"{Inputs} inputs, one event", .. Columns(coalesced, Inputs + 1)]);
            rows.Add([deployment.Name, $"{Inputs} inputs, an event each", .. Columns(eventEach, 2 * Inputs)]);
            report.Ratio(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Inputs} inputs on {deployment.Name}: one event for the batch is {eventEach / coalesced:0.0} times faster to commit "
                        + $"than an event for each."
                )
            );
        }

        report.Table($"{Inputs} inputs of {PayloadBytes} bytes in one transaction, committed to the outbox", [.. rows]);
    }

    /// <summary>The first round only warms up.</summary>
    private static async Task<TimeSpan> MedianAsync(Func<int, Task> storeAsync)
    {
        var times = new List<TimeSpan>();
        for (var round = 0; round <= Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            await storeAsync(round);
            if (round > 0)
                times.Add(Stopwatch.GetElapsedTime(began));
        }

        return new Distribution(times).Percentile(0.5);
    }

    private static Task<int> StoreAsync(BenchmarkNode node, int applicationId, int application, bool eventEach) =>
        node.Unit.ExecuteAsync(
            async (scope, token) =>
            {
                var now = DateTimeOffset.UtcNow;
                scope.Db.Add(
                    new Epoch
                    {
                        ApplicationId = applicationId,
                        FirstBlock = 0,
                        LastBlock = 9,
                        InputIndexUpperBound = Inputs,
                        OpenedAt = now,
                        CreatedAt = now,
                        UpdatedAt = now,
                    }
                );
                scope.Db.AddRange(
                    Enumerable
                        .Range(0, Inputs)
                        .Select(index => new Input
                        {
                            ApplicationId = applicationId,
                            Index = (ulong)index,
                            BlockNumber = 1,
                            LogIndex = (ulong)index,
                            RawData = new byte[PayloadBytes],
                            CreatedAt = now,
                            UpdatedAt = now,
                        })
                );
                for (var index = eventEach ? 0 : Inputs - 1; index < Inputs; index++)
                {
                    await scope
                        .Outbox()
                        .Publish(
                            new InputReceived
                            {
                                ChainId = 31337,
                                Application = ClosedEpochs.Address(application).ToString(),
                                ApplicationName = $"echo-{application}",
                                FirstInputIndex = eventEach ? (ulong)index : 0,
                                LastInputIndex = (ulong)index,
                                LastBlock = 1,
                                OccurredAt = now,
                            },
                            token
                        );
                }

                return 0;
            },
            CancellationToken.None
        );

    private static string[] Columns(TimeSpan time, int rows) =>
        [Distribution.Milliseconds(time), (rows / time.TotalSeconds).ToString("0", CultureInfo.InvariantCulture)];
}
