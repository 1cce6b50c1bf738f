using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Rollups.EvmReader.Head;
using Rollups.Messaging;

namespace Rollups.EvmReader.Facts;

/// <summary>
/// Healthy while the head advances and the applications' facts and logs can be read there. Unhealthy if nothing at all was read for too
/// long, degraded if only some applications could not be read: one contract that always reverts must not make the node unready for all
/// the others.
/// </summary>
internal sealed class L1ReadingHealthCheck(ObserveHead head, ReadingStates states, TimeProvider clock, IOptions<EvmReaderOptions> options)
    : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (head.Standstill() is { } standstill)
            return HealthCheckResult.Unhealthy(
                standstill,
                data: HealthReason.Data(standstill, "Check the L1 endpoint, and whether the chain produces blocks.", Ago(head.StillFor))
            );
        var limit = options.Value.BlindAfter;
        if (limit == TimeSpan.Zero)
            return HealthCheckResult.Healthy();
        var observed = states.All;
        var blind = observed
            .Select(state => state.BlindSince)
            .OfType<long>()
            .Select(since => clock.GetElapsedTime(since))
            .Where(age => age > limit)
            .ToList();
        if (blind.Count == 0)
            return HealthCheckResult.Healthy();
        var reason =
            $"L1 has not answered, or not given all logs, for {blind.Count} of {observed.Count} applications for more than {limit}";
        var data = HealthReason.Data(
            reason,
            "The log names the applications and what is missing: check the endpoint, and whether their contracts exist.",
            Ago(blind.Max())
        );
        return blind.Count < observed.Count
            ? HealthCheckResult.Degraded(reason, data: data)
            : HealthCheckResult.Unhealthy(reason, data: data);
    }

    private DateTimeOffset Ago(TimeSpan age) => clock.GetUtcNow() - age;
}
