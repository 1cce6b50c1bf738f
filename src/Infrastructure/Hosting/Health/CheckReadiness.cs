using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Rollups.Hosting;

/// <summary>A check.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">Healthy; Degraded: the services work, but worse; Unhealthy.</param>
/// <param name="Since">Since when, as far as the check knows it or callers have seen it.</param>
/// <param name="Services">The services that it concerns.</param>
/// <param name="Reason">What is wrong; never a secret.</param>
/// <param name="Action">What the operator can do, if the reason does not say it.</param>
internal sealed record CheckReadiness(
    string Name,
    [property: JsonConverter(typeof(JsonStringEnumConverter<HealthStatus>))] HealthStatus Status,
    DateTimeOffset Since,
    IReadOnlyCollection<string> Services,
    string? Reason,
    string? Action
);
