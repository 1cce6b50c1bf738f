using System.Diagnostics.Metrics;

namespace Rollups.Persistence;

/// <summary>What the leases count, in the node's own meter.</summary>
internal static class LeaseTelemetry
{
    private static readonly Meter Meter = new("MassTransit.Rollups");

    public static readonly Counter<long> Outdated = Meter.CreateCounter<long>(
        "rollups.leases.outdated",
        "{lease}",
        "Leases that this process gave up because the database had another term, by the kind of lease"
    );
}
