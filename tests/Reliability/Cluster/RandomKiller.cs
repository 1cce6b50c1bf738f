namespace Rollups.Reliability.Tests.Cluster;

/// <summary>
/// Kills one service after another, at moments and in an order that the seed decides, and starts each again at once. A service may be hit
/// while it starts.
/// </summary>
internal sealed class RandomKiller(NodeCluster cluster, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Kills done.</summary>
    public int Kills { get; private set; }

    /// <param name="kills">How many.</param>
    /// <param name="meanPause">Mean time from one to the next.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task RunAsync(int kills, TimeSpan meanPause, CancellationToken cancellationToken)
    {
        while (Kills < kills)
        {
            await Task.Delay(2 * _random.NextDouble() * meanPause, cancellationToken);
            foreach (var process in cluster.Processes)
                process.EnsureRunning();
            var victim = cluster.Processes[_random.Next(cluster.Processes.Count)];
            await victim.KillAsync();
            Kills++;
            victim.Start();
        }
    }
}
