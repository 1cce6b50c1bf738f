using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Rollups.EvmReader.Head;

namespace Rollups.EvmReader.Facts;

/// <summary>
/// Healthy while the head advances and the applications' facts can be read there. Unhealthy if nothing at all was read for too long,
/// degraded if only some applications could not be read: one contract that always reverts must not make the node unready for all the
/// others.
/// </summary>
internal sealed class L1ReadingHealthCheck(ObserveHead head, ReadingStates states, TimeProvider clock, IOptions<EvmReaderOptions> options)
    : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (head.Standstill() is { } standstill)
            return HealthCheckResult.Unhealthy(standstill);
        var limit = options.Value.BlindAfter;
        if (limit == TimeSpan.Zero)
            return HealthCheckResult.Healthy();
        var observed = states.All;
        var blind = observed.Count(state => state.Missing.Since is { } since && clock.GetElapsedTime(since) > limit);
        var reason = $"L1 has not answered for {blind} of {observed.Count} applications for more than {limit}";
        return blind == 0 ? HealthCheckResult.Healthy()
            : blind < observed.Count ? HealthCheckResult.Degraded(reason)
            : HealthCheckResult.Unhealthy(reason);
    }
}
