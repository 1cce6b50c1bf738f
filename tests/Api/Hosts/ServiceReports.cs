using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Api.Tests.Hosts;

/// <summary>Reports of services in other processes: some good, one bad, one that is no longer made.</summary>
internal static class ServiceReports
{
    public static Task AddAsync(ServiceHost host) =>
        host.ChangeAsync(db =>
        {
            var now = DateTimeOffset.UtcNow;
            db.AddRange(
                Of("validator", "host-1/11/aaaa", now, 0.02),
                Of("validator", "host-2/11/bbbb", now, 0.25),
                // Ended, which nobody misses.
                Of("validator", "host-3/11/cccc", now.AddHours(-1), 3),
                Of("lifecycle", "host-1/11/aaaa", now, 0.03),
                Of("advancer", "host-1/12/dddd", now.AddMinutes(-3), 0.01),
                Of("api", "host-2/13/eeee", now.AddMinutes(-3), 0.01),
                Of("evm-reader", "host-1/14/ffff", now, 0.01) with
                {
                    Head = 1234,
                    Health = "UNHEALTHY",
                    Reason = "l1: The endpoint does not answer.",
                    Remedy = "Check Ethereum:HttpEndpoint.",
                }
            );
            return Task.CompletedTask;
        });

    private static ServiceReport Of(string service, string instance, DateTimeOffset at, double p95) =>
        new()
        {
            Service = service,
            Instance = instance,
            ReportedAt = at,
            LatencyCount = 5,
            LatencyP50 = p95 / 2,
            LatencyP95 = p95,
            LatencyP99 = p95,
            FoundByEvent = 7,
            FoundBySync = instance.StartsWith("host-2", StringComparison.Ordinal) ? 1 : 0,
            Failures = 0,
            Head = null,
            Health = "HEALTHY",
            Reason = null,
            Remedy = null,
        };
}
