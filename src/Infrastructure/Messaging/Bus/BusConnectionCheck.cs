using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Rollups.Messaging;

/// <summary>
/// MassTransit's own check with a reason that every caller may see: the names of the queues. MassTransit's words may have the broker's
/// address.
/// </summary>
internal sealed class BusConnectionCheck(IHealthCheck check, IBusControl bus) : IHealthCheck
{
    private const string MassTransitTag = "masstransit";
    private const int MostNames = 3;

    /// <summary>Puts it in the place of MassTransit's.</summary>
    public static void ReplaceIn(HealthCheckServiceOptions checks)
    {
        foreach (var registration in checks.Registrations.Where(registration => registration.Tags.Contains(MassTransitTag)))
        {
            var create = registration.Factory;
            registration.Factory = provider => new BusConnectionCheck(
                create(provider),
                (IBusControl)provider.GetService(typeof(IBusControl))!
            );
        }
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var result = await check.CheckHealthAsync(context, cancellationToken);
        if (result.Status == HealthStatus.Healthy)
            return result;
        var reason = Reason();
        return new HealthCheckResult(
            result.Status,
            reason,
            result.Exception,
            HealthReason.Data(
                reason,
                "See the check 'broker' and the log. The services work by their fallback syncs until the bus is connected."
            )
        );
    }

    private string Reason()
    {
        var queues = bus.CheckHealth().Endpoints.Values;
        var deaf = queues
            .Where(queue => queue.Status != BusHealthStatus.Healthy)
            .Select(queue => queue.InputAddress.AbsolutePath.Split('/')[^1])
            .Order(StringComparer.Ordinal)
            .ToList();
        if (deaf.Count == 0 || deaf.Count == queues.Count())
            return "The bus is not connected: no event reaches this process.";
        var more = deaf.Count > MostNames ? $" and {deaf.Count - MostNames} more" : "";
        return $"{deaf.Count} of {queues.Count()} queues of this process receive nothing: {string.Join(", ", deaf.Take(MostNames))}{more}.";
    }
}
