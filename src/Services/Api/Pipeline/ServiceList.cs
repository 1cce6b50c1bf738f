using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Api.Feed;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Api.Pipeline;

/// <summary>The services of the node, as far as one process knows them.</summary>
/// <param name="here">Services of this process.</param>
/// <param name="figures">Their figures, and those of the broker's queues.</param>
/// <param name="report">This process's health; null if it is not known yet.</param>
/// <param name="elsewhere">What other processes report.</param>
internal sealed class ServiceList(IReadOnlySet<string> here, NodeFigures figures, HealthReport? report, ReportedServices elsewhere)
{
    private static readonly (string Name, string[] Kinds)[] All =
    [
        ("evm-reader", ["input.received", "epoch.opened", "epoch.closed"]),
        ("advancer", ["epoch.inputs_processed"]),
        ("validator", ["epoch.claim_calculated"]),
        ("claimer", [.. EventKinds.Claims]),
        ("prt", []),
        ("lifecycle", []),
        ("api", []),
    ];

    /// <summary>Every service of a node.</summary>
    public static IEnumerable<string> Names => All.Select(service => service.Name);

    /// <summary>The word for a status.</summary>
    public static string WordOf(HealthStatus status) => status.ToString().ToUpperInvariant();

    /// <param name="minute">The events of the last minute.</param>
    /// <param name="prt">Applications under PRT: their claims are not the Claimer's.</param>
    public IReadOnlyList<ServiceFigures> Read(FeedMinute minute, IReadOnlySet<Address> prt)
    {
        var byPrt = minute.Claims.Where(claims => prt.Contains(claims.Key)).Sum(claims => claims.Value);
        return [.. All.Select(service => Read(service.Name, PerMinute(service.Name, minute.Of(service.Kinds))))];

        int PerMinute(string service, int caused) =>
            service switch
            {
                // These two hear the events that the others cause.
                "lifecycle" => minute.Of(minute.Kinds.Keys.Where(kind => kind.StartsWith("epoch.", StringComparison.Ordinal))),
                "api" => minute.Of(minute.Kinds.Keys),
                "claimer" => caused - byPrt,
                "prt" => byPrt,
                _ => caused,
            };
    }

    private ServiceFigures Read(string name, int perMinute)
    {
        var isHere = here.Contains(name);
        var queues = figures.Depth.Keys.Where(queue => IsQueueOf(name, queue)).ToList();
        var reported = isHere ? null : elsewhere.Of(name);
        var measures = isHere ? figures.Of(name) : reported?.Measures;
        var (health, reason, remedy) = isHere ? Own(name) : reported?.State ?? ByQueue(name);
        return new ServiceFigures
        {
            Name = name,
            IsHere = isHere,
            Processes = reported?.Processes,
            ReportedAt = reported?.At,
            Health = health,
            Reason = reason,
            Remedy = remedy,
            QueueDepth = queues.Count == 0 ? null : queues.Sum(queue => figures.Depth[queue]),
            PerMinute = perMinute,
            Latency = measures?.Latency,
            FoundByEvent = measures?.FoundByEvent,
            FoundBySync = measures?.FoundBySync,
            Failures = measures?.Failures,
        };
    }

    private ServiceState Own(string name)
    {
        if (report is null)
            return new ServiceState("UNKNOWN", "The first health check has not finished.", null);
        var health = ServiceHealth.Of(name, report);
        return new ServiceState(WordOf(health.Status), health.Reason, health.Remedy);
    }

    /// <summary>Without a report, the broker knows whether anybody takes the service's messages.</summary>
    private ServiceState ByQueue(string name)
    {
        var queues = figures.Consumers.Where(queue => IsQueueOf(name, queue.Key)).ToList();
        if (queues.Count == 0)
            return new ServiceState("UNKNOWN", "The service runs in another process, which has reported nothing.", "Ask its /readyz.");
        return queues.TrueForAll(queue => queue.Value > 0)
            ? new ServiceState(WordOf(HealthStatus.Healthy), "It runs in another process and takes its messages.", null)
            : new ServiceState(WordOf(HealthStatus.Unhealthy), "No process takes its messages.", "Start the service.");
    }

    private static bool IsQueueOf(string service, string queue) =>
        queue == service
        || (
            queue.StartsWith(service + "-", StringComparison.Ordinal)
            && !queue.EndsWith("_error", StringComparison.Ordinal)
            && !queue.EndsWith("_skipped", StringComparison.Ordinal)
        );
}
