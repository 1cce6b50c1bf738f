using System.Text;

namespace Rollups.Reliability.Tests.Cluster;

/// <summary>Inputs at a steady pace, for each application in turn, a block each, until it is stopped.</summary>
internal sealed class InputLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Task _running;

    private InputLoad(NodeCluster cluster, TimeSpan pace) => _running = RunAsync(cluster, pace);

    public static InputLoad Start(NodeCluster cluster, TimeSpan pace) => new(cluster, pace);

    /// <summary>Ends it, and then the epochs that its last inputs are in.</summary>
    public async Task StopAsync(NodeCluster cluster, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running;
        await cluster.Anvil.Chain.MineAsync(NodeCluster.EpochLength + 1, cancellationToken);
    }

    /// <summary>
    /// Does something during which no input is sent, such as a restart of the chain: an input on its way would be neither on chain nor off
    /// it.
    /// </summary>
    public async Task HoldAsync(Func<Task> act)
    {
        await _turn.WaitAsync();
        try
        {
            await act();
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task RunAsync(NodeCluster cluster, TimeSpan pace)
    {
        using var timer = new PeriodicTimer(pace);
        var applications = cluster.AllApplications;
        for (var sent = 0; !_stop.IsCancellationRequested; sent++)
        {
            var application = applications[sent % applications.Count];
            // Not cancelled: an input is on chain or it was never sent.
            await HoldAsync(() =>
                cluster.Anvil.Contracts.AddInputAsync(application, Encoding.UTF8.GetBytes($"input {sent}"), CancellationToken.None)
            );
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
