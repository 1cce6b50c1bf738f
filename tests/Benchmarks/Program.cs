namespace Rollups.Benchmarks;

/// <summary>
/// Measures what the node promises: the latency of a hop against polling, the load of an idle node, the outbox. A program of its own and
/// not BenchmarkDotNet, which times a method again and again: here the waits between processes and the rates count.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if ((FeedProcesses.Run(args) ?? ReplicaScale.Run(args)) is { } beside)
        {
            await beside;
            return 0;
        }

        IReadOnlyList<(string Name, Func<Report, Task> RunAsync)> benchmarks =
        [
            ("hops", HopLatency.RunAsync),
            ("idle", IdleLoad.RunAsync),
            ("outbox", OutboxThroughput.RunAsync),
            ("inputs", InputBatch.RunAsync),
            ("advance", AdvanceThroughput.RunAsync),
            ("scale", ReplicaScale.RunAsync),
            ("fairness", HeavyApplications.RunAsync),
            ("push", FeedLoad.RunAsync),
            ("l1", L1Client.RunAsync),
            ("machine", MachineOverhead.RunAsync),
        ];
        var names = benchmarks.Select(benchmark => benchmark.Name).ToList();
        if (args.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync(
                $"error: '{unknown}' is not a benchmark: name some of {string.Join(", ", names)}, or none to run all of them."
            );
            return 64;
        }

        await using var servers = new Servers();
        var report = new Report(servers);
        foreach (var (name, runAsync) in benchmarks.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name)))
        {
            await Console.Error.WriteLineAsync($"{name} ...");
            await runAsync(report);
        }

        await Console.Out.WriteLineAsync(report.ToMarkdown());
        return 0;
    }
}
