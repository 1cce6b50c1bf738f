namespace Rollups.Reliability.Tests.Cluster;

/// <summary>A restart of processes one after the other, as an orchestrator does it.</summary>
internal static class RollingRestart
{
    /// <summary>Per process: SIGTERM, wait for its end with exit code 0, start the next, wait until it is ready.</summary>
    public static async Task RunAsync(IEnumerable<ServiceProcess> processes, CancellationToken cancellationToken)
    {
        foreach (var process in processes)
        {
            var told = TimeProvider.System.GetTimestamp();
            (await process.TerminateAsync(cancellationToken)).ShouldBe(0, string.Join(Environment.NewLine, process.Lines.TakeLast(20)));
            Trial.Say($"{process.Service} ended after", TimeProvider.System.GetElapsedTime(told));
            process.Start();
            await process.ReadyAsync(cancellationToken);
        }
    }
}
