using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Api.Pipeline;

/// <summary>What needs an operator, with the remedy.</summary>
internal static class FaultList
{
    private const string Wait = "The node continues by itself once it passes. Until then, see /readyz and the log.";

    public static IReadOnlyList<Fault> Of(PipelineRows rows, NodeFigures figures, HealthReport? report, ReportedServices elsewhere) =>
        [
            .. rows.Stopped.Select(app => new Fault
            {
                Application = app.Name,
                Kind = app.ReasonKind is { } kind ? EnumNames.Of(kind) : EnumNames.Of(app.State),
                Reason = app.Reason ?? "",
                Remedy = app.ReasonKind is { } cause ? StopRemedy.Of(cause, app.Name) : "",
                Since = app.UpdatedAt,
            }),
            .. report is null
                ? []
                : report
                    .Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy)
                    .Select(entry => Node(entry.Key, ServiceHealth.ReasonOf(entry.Value), ServiceHealth.RemedyOf(entry.Value) ?? Wait)),
            .. elsewhere
                .All.Where(service => service.State.Health != ServiceList.WordOf(HealthStatus.Healthy))
                .Select(service =>
                    Node(service.Name, service.State.Reason ?? "", service.State.Remedy ?? Wait) with
                    {
                        Since = service.IsSilent ? service.At : null,
                    }
                ),
            .. rows.Dead == 0
                ? []
                : new[]
                {
                    Node(
                        "outbox",
                        $"The dispatcher has set {rows.Dead} messages aside after ten refusals each.",
                        "Run 'rollups outbox list' for the reasons; 'rollups outbox retry' queues them again."
                    ),
                },
            .. figures
                .Depth.Where(queue => queue.Value > 0 && queue.Key.EndsWith("_error", StringComparison.Ordinal))
                .Select(queue =>
                    Node(
                        queue.Key,
                        $"{queue.Value} messages could not be handled.",
                        "Run 'rollups errors list' for the reasons; 'rollups errors retry' returns them to their queue."
                    )
                ),
        ];

    private static Fault Node(string kind, string reason, string remedy) =>
        new()
        {
            Application = null,
            Kind = kind,
            Reason = reason,
            Remedy = remedy,
            Since = null,
        };
}
