namespace Rollups.Messaging;

/// <summary>The fallback sync of one service: finds due work that no event has announced. Scheduling runs it.</summary>
/// <param name="Service">Name of the service, such as <c>advancer</c>.</param>
/// <param name="Interval">How often.</param>
/// <param name="RunAsync">Finds and does everything that is due.</param>
public sealed record FallbackSync(string Service, TimeSpan Interval, Func<IServiceProvider, CancellationToken, Task> RunAsync);
