using System.Globalization;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Cluster;

/// <summary>One service, or several, as a process of its own, which is killed and started again.</summary>
/// <param name="service">Names as <c>--services</c> takes them.</param>
/// <param name="environment">Its settings.</param>
/// <param name="program">Path of another program than the node's that runs them; null for the node's.</param>
internal sealed class ServiceProcess(string service, IReadOnlyDictionary<string, string> environment, string? program = null)
    : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private ProgramProcess? _process;

    /// <summary>Name as <c>--services</c> takes it.</summary>
    public string Service => service;

    /// <summary>Pid of the running process.</summary>
    public int Id => Process.Id;

    /// <summary>Whether it has ended, by itself or told to.</summary>
    public bool HasExited => Process.HasExited;

    /// <summary>What the running process has printed.</summary>
    public IReadOnlyCollection<string> Lines => Process.Lines;

    private ProgramProcess Process => _process ?? throw new InvalidOperationException($"{service} is not started.");

    public void Start() =>
        _process = ProgramProcess.Start(
            "dotnet",
            [program ?? PublishedProgram.Find("Rollups.Node.dll"), "--services", service],
            environment
        );

    /// <summary>SIGKILL, whatever it is doing.</summary>
    /// <exception cref="InvalidOperationException">It had ended by itself.</exception>
    public async Task KillAsync()
    {
        EnsureRunning();
        await Process.DisposeAsync();
    }

    /// <summary>Waits until it ends by itself; the exit code.</summary>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Hang.Limit);
        var code = await Process.WaitForExitAsync(limit.Token);
        await Process.DisposeAsync();
        return code;
    }

    /// <summary>SIGTERM; the exit code, once it has ended.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        EnsureRunning();
        return await Process.TerminateAsync(cancellationToken);
    }

    /// <summary>SIGSTOP: it stands still and keeps its connections.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => Process.PauseAsync(cancellationToken);

    /// <summary>SIGCONT.</summary>
    public Task ContinueAsync(CancellationToken cancellationToken) => Process.ContinueAsync(cancellationToken);

    /// <summary>Waits until it calls itself ready.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Hang.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        do
        {
            EnsureRunning();
            if (Health() is not { } health)
                continue;
            using var answer = await Http.GetAsync(new Uri(health, "readyz"), limit.Token);
            if (answer.IsSuccessStatusCode)
                return;
        } while (await timer.WaitForNextTickAsync(limit.Token));
    }

    /// <summary>What it says to the question whether it is ready, with the checks that are not well.</summary>
    public async Task<string> ReadinessAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "readyz"))
        {
            Headers = { Accept = { new("text/plain") } },
        };
        using var answer = await Http.SendAsync(request, cancellationToken);
        return await answer.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Fails when it does not call itself alive.</summary>
    public async Task AliveAsync(CancellationToken cancellationToken)
    {
        using var answer = await Http.GetAsync(new Uri(Address, "livez"), cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>
    /// The value of a series of its <c>/metrics</c>, such as <c>rollups_queue_depth</c> and
    /// <c>queue="validator-epoch-inputs-processed"</c>; null when there is none.
    /// </summary>
    public async Task<double?> MetricAsync(string name, string label, CancellationToken cancellationToken)
    {
        var metrics = await Http.GetStringAsync(new Uri(Address, "metrics"), cancellationToken);
        var series = metrics
            .Split('\n')
            .FirstOrDefault(line =>
                line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal)
            );
        return series is null
            ? null
            : double.Parse(
                series[(series.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0],
                CultureInfo.InvariantCulture
            );
    }

    /// <summary>Resident memory in bytes.</summary>
    public Task<long> MemoryAsync(CancellationToken cancellationToken) => MemoryAsync("VmRSS:", cancellationToken);

    /// <summary>The most resident memory that it had at any time, in bytes.</summary>
    public Task<long> PeakMemoryAsync(CancellationToken cancellationToken) => MemoryAsync("VmHWM:", cancellationToken);

    /// <summary>Fails with what the process said, where it has ended without being told to.</summary>
    public void EnsureRunning()
    {
        if (Process.HasExited)
            throw new InvalidOperationException(
                $"{service} ended by itself. It said: {string.Join(Environment.NewLine, Lines.TakeLast(20))}"
            );
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }

    private async Task<long> MemoryAsync(string what, CancellationToken cancellationToken)
    {
        var line = (await File.ReadAllLinesAsync($"/proc/{Id}/status", cancellationToken)).Single(line =>
            line.StartsWith(what, StringComparison.Ordinal)
        );
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }

    private Uri Address => Health() ?? throw new InvalidOperationException($"{service} has not said where its health is asked for.");

    private Uri? Health()
    {
        foreach (var line in Lines)
        {
            if (
                line.IndexOf("http://", StringComparison.Ordinal) is var at and >= 0
                && line.IndexOf("livez", at, StringComparison.Ordinal) is var end and >= 0
            )
                return new Uri(line[at..end]);
        }

        return null;
    }
}
