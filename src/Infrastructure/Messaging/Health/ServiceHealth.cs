using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Rollups.Messaging;

/// <summary>The health of one service: that of the checks that concern it.</summary>
/// <param name="Status">The worst of them.</param>
/// <param name="Reason">What is wrong, with the names of the checks; null if nothing is. It contains no secret.</param>
/// <param name="Remedy">What the operator can do, if the reason does not say it.</param>
public sealed record ServiceHealth(HealthStatus Status, string? Reason, string? Remedy)
{
    /// <summary>The health of a service, from a report of its process's checks.</summary>
    public static ServiceHealth Of(string service, HealthReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var wrong = report
            .Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy && Concerns(entry.Value, service))
            .OrderBy(entry => entry.Value.Status)
            .ToList();
        return wrong.Count == 0
            ? new ServiceHealth(HealthStatus.Healthy, null, null)
            : new ServiceHealth(
                wrong[0].Value.Status,
                string.Join(" ", wrong.Select(entry => $"{entry.Key}: {ReasonOf(entry.Value)}")),
                Joined(wrong.Select(entry => RemedyOf(entry.Value)).OfType<string>().Distinct())
            );
    }

    /// <summary>Why a check is not healthy, without the secrets that its description may have.</summary>
    public static string ReasonOf(HealthReportEntry entry) =>
        Text(entry, HealthReason.Key)
        ?? (entry.Exception is OperationCanceledException ? "The check did not answer in time." : "The check fails.");

    /// <summary>What the operator can do; null if the check does not know it or its reason says it.</summary>
    public static string? RemedyOf(HealthReportEntry entry) => Text(entry, HealthReason.Action);

    private static bool Concerns(HealthReportEntry entry, string service)
    {
        var services = ServiceTag.ServicesOf(entry.Tags);
        return services.Count == 0 || services.Contains(service);
    }

    private static string? Joined(IEnumerable<string> texts) => string.Join(" ", texts) is { Length: > 0 } text ? text : null;

    private static string? Text(HealthReportEntry entry, string key) => entry.Data.TryGetValue(key, out var text) ? text.ToString() : null;
}
