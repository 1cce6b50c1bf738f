using System.Diagnostics;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>
/// Measures what the node promises, each measure beside what it is compared with. A program of its own and not BenchmarkDotNet, which times
/// a method again and again: here the waits between processes and the rates count.
/// </summary>
internal static class Program
{
    private static readonly string ResultsFolder = Path.Combine(RepositoryFolder.Path, ".test", "benchmarks");

    private static async Task<int> Main(string[] args)
    {
        if ((FeedProcesses.Run(args) ?? HopWorker.Run(args) ?? ReplicaScale.Run(args)) is { } beside)
        {
            await beside;
            return 0;
        }

        if (args is ["write"])
        {
            Document.Write([.. Benchmark.All.Select(one => Results.Load(ResultsFolder, one.Name)).OfType<Results>()]);
            return 0;
        }

        var isQuick = args.Contains("--quick");
        var named = args.Where(arg => arg != "--quick").ToList();
        if (named.FirstOrDefault(name => Benchmark.All.All(one => one.Name != name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync(
                $"error: '{unknown}' is not a benchmark: name some of {string.Join(", ", Benchmark.All.Select(one => one.Name))}. --quick "
                    + "runs fewer and with smaller samples; 'write' alone writes the last results into docs/benchmarks.md."
            );
            return 64;
        }

        return await RunAsync(
            Benchmark.All.Where(one =>
                named.Count > 0 ? named.Contains(one.Name)
                : isQuick ? one.IsQuick
                : one.HasGoal
            ),
            isQuick
        );
    }

    /// <summary>Runs one after the other; one that fails does not keep the others from running. Returns the exit code.</summary>
    private static async Task<int> RunAsync(IEnumerable<Benchmark> chosen, bool isQuick)
    {
        await using var servers = new Servers();
        var code = 0;
        foreach (var benchmark in chosen)
        {
            await Console.Error.WriteLineAsync($"{benchmark.Name} ...");
            var results = new Results
            {
                Name = benchmark.Name,
                Machine = Machine.Describe(),
                At = DateTimeOffset.UtcNow,
                LoadBefore = Machine.Load(),
            };
            var began = Stopwatch.GetTimestamp();
            try
            {
                await benchmark.RunAsync(new Report(servers, results, isQuick));
            }
#pragma warning disable CA1031 // Whatever it is, the other benchmarks are worth running.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                await Console.Error.WriteLineAsync($"error: {benchmark.Name} failed: {exception}");
                code = 1;
                continue;
            }

            (results.Seconds, results.LoadAfter) = (Stopwatch.GetElapsedTime(began).TotalSeconds, Machine.Load());
            results.Save(ResultsFolder);
            await Console.Error.WriteLineAsync(
                $"{benchmark.Name}: {Row.Number(results.Seconds)} s, load {Row.Number(results.LoadBefore)} before and "
                    + $"{Row.Number(results.LoadAfter)} after"
            );
        }

        return code;
    }
}
