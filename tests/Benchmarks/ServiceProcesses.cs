using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>The node's services as they are deployed: the published program, one process per service.</summary>
internal sealed class ServiceProcesses : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly Dictionary<string, (ProgramProcess Process, int Health)> _processes = [];

    /// <summary>Those that have work; the Api beside them only answers.</summary>
    public static IReadOnlyList<string> Workers { get; } = ["evm-reader", "advancer", "validator", "claimer", "prt", "lifecycle"];

    /// <summary>Starts one process per service, one after the other, and waits until each is ready.</summary>
    public static async Task<ServiceProcesses> StartAsync(
        Deployment deployment,
        IEnumerable<string> services,
        params (string Key, string Value)[] settings
    )
    {
        var processes = new ServiceProcesses();
        foreach (var service in services)
            await processes.StartAsync(deployment, service, settings);
        return processes;
    }

    /// <summary>Starts a service; returns the time from the start of its process until it answers that it is ready.</summary>
    public async Task<TimeSpan> StartAsync(Deployment deployment, string service, params (string Key, string Value)[] settings)
    {
        var port = FreePort();
        var environment = deployment
            .Settings.Select(setting => (setting.Key, Value: setting.Value!))
            .Append(("Inspect:Address", "127.0.0.1:0"))
            .Append(("Api:Address", "127.0.0.1:0"))
            .Append(("Api:WebAddress", "127.0.0.1:0"))
            .Concat(settings)
            .Append(("Health:Address", $"127.0.0.1:{port}"))
            .ToDictionary(setting => "ROLLUPS_" + setting.Item1.Replace(":", "__", StringComparison.Ordinal), setting => setting.Item2);
        var began = Stopwatch.GetTimestamp();
        var process = ProgramProcess.Start("dotnet", [PublishedProgram.Find("Rollups.Node.dll"), "--services", service], environment);
        _processes.Add(service, (process, port));
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"));
                if (answer.StatusCode == HttpStatusCode.OK)
                    return Stopwatch.GetElapsedTime(began);
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            if (process.HasExited || Stopwatch.GetElapsedTime(began) > Limit)
                throw new InvalidOperationException($"{service} is not ready:\n{string.Join('\n', process.Lines)}");
            await Task.Delay(5);
        }
    }

    /// <summary>Resident memory of a service in MB.</summary>
    public double Memory(string service) => Of(service).WorkingSet64 / 1e6;

    /// <summary>CPU time of a service since its start.</summary>
    public TimeSpan Cpu(string service) => Of(service).TotalProcessorTime;

    /// <summary>CPU time of all of them.</summary>
    public TimeSpan Cpu() => _processes.Keys.Aggregate(TimeSpan.Zero, (sum, service) => sum + Cpu(service));

    public async ValueTask DisposeAsync()
    {
        // SIGTERM, so that the broker and the database see ordered ends.
        await Task.WhenAll(_processes.Values.Select(one => one.Process.TerminateAsync(CancellationToken.None)));
        foreach (var (process, _) in _processes.Values)
            await process.DisposeAsync();
    }

    private Process Of(string service) => Process.GetProcessById(_processes[service].Process.Id);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
