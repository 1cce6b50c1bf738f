using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Rollups.HopWork;
using Rollups.Messaging;

namespace Rollups.Benchmarks;

/// <summary>
/// The next service of a hop, as a process of its own: this program again. It prints a line when it is up; given the index of an epoch, it
/// answers with the time at which it saw that epoch.
/// </summary>
internal sealed class HopWorker : IAsyncDisposable
{
    private const string Name = "hop-worker";
    private readonly Process _process;

    private HopWorker(Process process) => _process = process;

    /// <param name="deployment">Servers of both processes.</param>
    /// <param name="events">Whether events wake it.</param>
    /// <param name="interval">Interval of its sync.</param>
    public static async Task<HopWorker> StartAsync(Deployment deployment, bool events, TimeSpan interval)
    {
        var process = Process.Start(
            new ProcessStartInfo(
                Environment.ProcessPath!,
                [
                    Name,
                    events ? "events" : "polling",
                    interval.ToString("c", CultureInfo.InvariantCulture),
                    .. deployment.Settings.Select(setting => $"{setting.Key}={setting.Value}"),
                ]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        if (await process.StandardOutput.ReadLineAsync() is null)
            throw new InvalidOperationException("The worker of the benchmark failed.");
        return new HopWorker(process);
    }

    /// <summary>What the program does as such a process; null if the arguments name none.</summary>
    public static Task? Run(string[] args) =>
        args is [Name, var mode, var interval, .. var settings] ? RunAsync(mode == "events", interval, settings) : null;

    /// <summary>The timestamp at which it saw the epoch. The clock is that of every process of the machine.</summary>
    public async Task<long> SeenAtAsync(int epoch)
    {
        await _process.StandardInput.WriteLineAsync(epoch.ToString(CultureInfo.InvariantCulture));
        var line = await _process.StandardOutput.ReadLineAsync();
        return long.Parse(line ?? throw new InvalidOperationException("The worker has ended."), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task RunAsync(bool events, string interval, string[] settings)
    {
        await using var node = await StartAsync(
            new Deployment("", settings.Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1])),
            events,
            interval
        );
        var seen = node.Services.GetRequiredService<MoveClosedEpochs>().SeenAt;
        Console.WriteLine("up");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            long at;
            while (!seen.TryGetValue((ClosedEpochs.Address(1), ulong.Parse(line, CultureInfo.InvariantCulture)), out at))
                await Task.Delay(1);
            Console.WriteLine(at.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A node with the worker in it.</summary>
    public static Task<BenchmarkNode> StartAsync(Deployment deployment, bool events, string interval) =>
        BenchmarkNode.StartAsync(
            deployment,
            (services, configuration) =>
            {
                services.AddPendingWork<MoveClosedEpochs>("mover", configuration);
                if (events)
                    services.AddBusRegistration(MoveClosedEpochsConsumer.Add);
            },
            ("Services:Mover:SyncInterval", interval)
        );
}
