using System.Diagnostics.Metrics;

namespace Rollups.Persistence;

/// <summary>Counters of the leases, in the node's own meter.</summary>
internal static class LeaseTelemetry
{
    private static readonly Meter Meter = new("MassTransit.Rollups");

    public static readonly Counter<long> Outdated = Meter.CreateCounter<long>(
        "rollups.leases.outdated",
        "{lease}",
        "Leases that this process released because the database had another term, by kind of lease"
    );
}
