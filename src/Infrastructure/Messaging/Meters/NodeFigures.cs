namespace Rollups.Messaging;

/// <summary>What <see cref="NodeMeters"/> has measured.</summary>
/// <param name="Found">Units of work by service and trigger.</param>
/// <param name="Failures">Failed runs by service.</param>
/// <param name="Latency">Time from the commit to the handling, by service.</param>
/// <param name="Depth">Waiting messages by queue; empty without the broker's management API.</param>
/// <param name="Consumers">Consumers by queue; empty without the broker's management API.</param>
/// <param name="Pending">Messages in the outbox.</param>
/// <param name="Head">Newest L1 block that the EvmReader of this process has read; null if it runs elsewhere.</param>
public sealed record NodeFigures(
    IReadOnlyDictionary<(string Service, string Trigger), long> Found,
    IReadOnlyDictionary<string, long> Failures,
    IReadOnlyDictionary<string, Percentiles?> Latency,
    IReadOnlyDictionary<string, long> Depth,
    IReadOnlyDictionary<string, long> Consumers,
    long? Pending,
    long? Head
)
{
    /// <summary>The figures of one service; zero if it does not run in this process.</summary>
    public ServiceMeasures Of(string service) =>
        new(
            // A service without work of its own counts by the name of its queue.
            Latency.GetValueOrDefault(service) ?? Latency.GetValueOrDefault(service + "-events"),
            // What a run left over is found by the next one, whose trigger is the continuation.
            Found.GetValueOrDefault((service, "event")) + Found.GetValueOrDefault((service, "continuation")),
            Found.GetValueOrDefault((service, "sync")),
            Failures.GetValueOrDefault(service)
        );
}
