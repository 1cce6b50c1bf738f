namespace Rollups.Reliability.Tests.Cluster;

/// <summary>Asks every process again and again whether it is alive, until it is stopped.</summary>
internal sealed class LiveWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _answers;

    private LiveWatch(NodeCluster cluster) => _running = RunAsync(cluster);

    public static LiveWatch Start(NodeCluster cluster) => new(cluster);

    /// <summary>Ends it, and fails where a process did not call itself alive once; the number of times that one did.</summary>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        return _answers;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(NodeCluster cluster)
    {
        using var timer = new PeriodicTimer(Pace);
        while (!_stop.IsCancellationRequested)
        {
            foreach (var process in cluster.Processes)
            {
                process.EnsureRunning();
                await process.AliveAsync(CancellationToken.None);
                _answers++;
            }

            try
            {
                await timer.WaitForNextTickAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
