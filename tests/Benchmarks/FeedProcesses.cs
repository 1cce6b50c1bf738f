using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api;
using Rollups.Hosting;

namespace Rollups.Benchmarks;

/// <summary>
/// The processes beside the measured node. Each is this program again: it prints a line of numbers when it is up, ends when its input
/// does, and then prints another number.
/// </summary>
internal sealed class FeedProcesses : IAsyncDisposable
{
    private static readonly byte[] Kind = "event: input.received\n"u8.ToArray();
    private readonly Process _process;
    private readonly int[] _numbers;

    private FeedProcesses(Process process, int[] numbers) => (_process, _numbers) = (process, numbers);

    /// <summary>The settings of an Api that is measured.</summary>
    public static (string, string)[] Settings { get; } =
    [("Ethereum:ChainId", "31337"), ("Api:Address", "127.0.0.1:0"), ("Api:WebAddress", "127.0.0.1:0")];

    /// <summary>Where the Api listens that this process is.</summary>
    public ApiPorts Ports => new(_numbers[0], _numbers[1]);

    public static Task<FeedProcesses> StartApiAsync(Deployment deployment) =>
        StartAsync(["feed-api", .. deployment.Settings.Select(setting => $"{setting.Key}={setting.Value}")]);

    public static Task<FeedProcesses> StartSubscribersAsync(ApiPorts api, int count) =>
        StartAsync(["feed-subscribers", Text(api.Web), Text(count)]);

    public static Task<FeedProcesses> StartHostileAsync(ApiPorts api) => StartAsync(["feed-hostile", Text(api.Rpc), Text(api.Web)]);

    /// <summary>What the program does as such a process; null if the arguments name none.</summary>
    public static Task? Run(string[] args) =>
        args switch
        {
            ["feed-api", .. var settings] => RunApiAsync(settings),
            ["feed-subscribers", var port, var count] => RunSubscribersAsync(Parse(port), Parse(count)),
            ["feed-hostile", var rpc, var web] => RunHostileAsync(new ApiPorts(Parse(rpc), Parse(web))),
            _ => null,
        };

    /// <summary>Ends it, and reads the number that it prints then.</summary>
    public async Task<int> EndAsync()
    {
        _process.StandardInput.Close();
        return Parse(await _process.StandardOutput.ReadLineAsync() ?? "0");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<FeedProcesses> StartAsync(IEnumerable<string> arguments)
    {
        var process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true }
        )!;
        var line =
            await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A process of the benchmark failed.");
        return new FeedProcesses(process, [.. line.Split(' ').Select(Parse)]);
    }

    private static async Task RunApiAsync(string[] settings)
    {
        ProcessPriority.Lower(new ApiOptions().Nice);
        var deployment = new Deployment(
            "",
            settings.Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1])
        );
        await using var node = await BenchmarkNode.StartAsync(
            deployment,
            (services, configuration) => services.AddApi(configuration),
            Settings
        );
        var ports = ApiPorts.Of(node.Services.GetRequiredService<IApiListener>());
        Console.WriteLine($"{Text(ports.Rpc)} {Text(ports.Web)}");
        await Console.In.ReadToEndAsync();
    }

    /// <summary>Prints the least number of events that a subscriber got.</summary>
    private static async Task RunSubscribersAsync(int port, int count)
    {
        // Clients on other machines would take no CPU of this one.
        ProcessPriority.Lower(ProcessPriority.Lowest);
        var counts = new int[count];
        var up = new CountdownEvent(count);
        for (var i = 0; i < count; i++)
            _ = ReadAsync(i);
        await Task.Run(up.Wait);
        Console.WriteLine("1");
        await Console.In.ReadToEndAsync();
        // The last events are under way.
        await Task.Delay(TimeSpan.FromSeconds(1));
        Console.WriteLine(Text(counts.Min()));

        async Task ReadAsync(int i)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            var stream = client.GetStream();
            await stream.WriteAsync("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            var buffer = new byte[64 * 1024];
            var isUp = false;
            for (int read; (read = await stream.ReadAsync(buffer)) > 0; )
            {
                counts[i] += buffer.AsSpan(0, read).Count(Kind);
                if (!isUp)
                    up.Signal();
                isUp = true;
            }
        }
    }

    /// <summary>Prints the number of requests that were refused.</summary>
    private static async Task RunHostileAsync(ApiPorts api)
    {
        ProcessPriority.Lower(ProcessPriority.Lowest);
        using var clients = new HostileClients(api);
        await clients.SubscribeAsync();
        using var over = new CancellationTokenSource();
        var sending = clients.SendAsync(over.Token);
        Console.WriteLine("1");
        await Console.In.ReadToEndAsync();
        await over.CancelAsync();
        await sending;
        Console.WriteLine(Text(clients.Refused));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Where an Api listens.</summary>
/// <param name="Rpc">Port of JSON-RPC.</param>
/// <param name="Web">Port of the page, the push feed and the HTTP queries.</param>
internal readonly record struct ApiPorts(int Rpc, int Web)
{
    /// <summary>Those of an Api in this process.</summary>
    public static ApiPorts Of(IApiListener listener) => new(listener.EndPoint!.Port, listener.WebEndPoint!.Port);
}
