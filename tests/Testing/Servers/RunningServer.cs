namespace Rollups.Testing;

/// <summary>A server that answers.</summary>
/// <param name="Address">How to reach it; its form is the server's own.</param>
/// <param name="StopAsync">Ends it if this process started it.</param>
internal sealed record RunningServer(string Address, Func<ValueTask> StopAsync)
{
    /// <summary>A server started elsewhere: test.sh starts each server once for all test processes.</summary>
    public static RunningServer Given(string address) => new(address, () => ValueTask.CompletedTask);
}
