using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Api.Feed;
using Rollups.Domain;

namespace Rollups.Api.Pipeline;

/// <summary>The services of the node, as far as one process knows them.</summary>
/// <param name="here">Services of this process.</param>
/// <param name="figures">Their figures, and those of the broker's queues.</param>
/// <param name="report">This process's health; null if it is not known yet.</param>
internal sealed class ServiceList(IReadOnlySet<string> here, NodeFigures figures, HealthReport? report)
{
    private static readonly string[] Claims =
    [
        "epoch.claim_submitted",
        "epoch.claim_accepted",
        "epoch.claim_rejected",
        "epoch.claim_reverted",
    ];

    private static readonly (string Name, string[] Kinds)[] All =
    [
        ("evm-reader", ["input.received", "epoch.opened", "epoch.closed"]),
        ("advancer", ["epoch.inputs_processed"]),
        ("validator", ["epoch.claim_calculated"]),
        ("claimer", Claims),
        ("prt", Claims),
        ("lifecycle", []),
        ("api", []),
    ];

    /// <summary>The word for a status.</summary>
    public static string WordOf(HealthStatus status) => status.ToString().ToUpperInvariant();

    /// <param name="recent">The events of the last minute.</param>
    /// <param name="prt">Applications under PRT: their claims are not the Claimer's.</param>
    public IReadOnlyList<ServiceFigures> Read(IReadOnlyList<FeedItem> recent, IReadOnlySet<Address> prt) =>
        [.. All.Select(service => Read(service.Name, recent.Count(item => IsOf(service.Name, service.Kinds, item, prt))))];

    private static bool IsOf(string service, string[] kinds, FeedItem item, IReadOnlySet<Address> prt) =>
        service switch
        {
            // These two hear the events that the others cause.
            "lifecycle" => item.Kind.StartsWith("epoch.", StringComparison.Ordinal),
            "api" => true,
            "claimer" => kinds.Contains(item.Kind) && !prt.Contains(item.Application),
            "prt" => kinds.Contains(item.Kind) && prt.Contains(item.Application),
            _ => kinds.Contains(item.Kind),
        };

    private ServiceFigures Read(string name, int perMinute)
    {
        var isHere = here.Contains(name);
        var queues = figures.Depth.Keys.Where(queue => IsQueueOf(name, queue)).ToList();
        var (health, reason) = isHere ? Own() : Elsewhere(name);
        return new ServiceFigures
        {
            Name = name,
            IsHere = isHere,
            Health = health,
            Reason = reason,
            QueueDepth = queues.Count == 0 ? null : queues.Sum(queue => figures.Depth[queue]),
            PerMinute = perMinute,
            Latency = figures.Latency.GetValueOrDefault(name) ?? figures.Latency.GetValueOrDefault(name + "-events"),
            // What a run left over is found by the next one, whose trigger is the continuation.
            FoundByEvent = isHere ? Found(name, "event") + Found(name, "continuation") : null,
            FoundBySync = isHere ? Found(name, "sync") : null,
            Failures = isHere ? figures.Failures.GetValueOrDefault(name) : null,
        };
    }

    private long Found(string name, string trigger) => figures.Found.GetValueOrDefault((name, trigger));

    /// <summary>Every check of the process concerns each of its services.</summary>
    private (string Health, string? Reason) Own()
    {
        if (report is null)
            return ("UNKNOWN", "The first health check has not finished.");
        var wrong = report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).ToList();
        return wrong.Count == 0
            ? (WordOf(HealthStatus.Healthy), null)
            : (WordOf(report.Status), string.Join(" ", wrong.Select(entry => $"{entry.Key}: {entry.Value.Description}")));
    }

    /// <summary>The broker knows whether anybody takes the service's messages.</summary>
    private (string Health, string? Reason) Elsewhere(string name)
    {
        var queues = figures.Consumers.Where(queue => IsQueueOf(name, queue.Key)).ToList();
        if (queues.Count == 0)
            return ("UNKNOWN", "The service runs in another process: ask its /readyz.");
        return queues.TrueForAll(queue => queue.Value > 0)
            ? (WordOf(HealthStatus.Healthy), "It runs in another process and takes its messages.")
            : (WordOf(HealthStatus.Unhealthy), "No process takes its messages: start the service.");
    }

    private static bool IsQueueOf(string service, string queue) =>
        queue == service
        || (
            queue.StartsWith(service + "-", StringComparison.Ordinal)
            && !queue.EndsWith("_error", StringComparison.Ordinal)
            && !queue.EndsWith("_skipped", StringComparison.Ordinal)
        );
}
