using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Messaging;

namespace Rollups.Hosting;

/// <summary>The answer of /readyz: every check with its reason, and every service of the process.</summary>
/// <param name="Node">Name of the process.</param>
/// <param name="Ready">Whether all of its services are ready.</param>
/// <param name="Status">Ready, not ready, starting or stopping.</param>
/// <param name="Services">The services of the process.</param>
/// <param name="Checks">What was checked.</param>
internal sealed record Readiness(
    string Node,
    bool Ready,
    string Status,
    IReadOnlyList<ServiceReadiness> Services,
    IReadOnlyList<CheckReadiness> Checks
)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // The answer is JSON, never part of an HTML page; quotes in the reasons stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>The answer while the process starts or stops.</summary>
    public static Readiness Passing(string node, string status) => new(node, false, status, [], []);

    /// <summary>The answer from a report of all checks.</summary>
    /// <param name="node">Name of the process.</param>
    /// <param name="services">Services of the process.</param>
    /// <param name="report">The report.</param>
    /// <param name="timeout">Time that each check had.</param>
    /// <param name="seen">Remembers since when each check has its status.</param>
    public static Readiness Of(string node, IReadOnlyCollection<string> services, HealthReport report, TimeSpan timeout, CheckHistory seen)
    {
        var checks = report.Entries.Select(pair => Check(pair.Key, pair.Value, services, timeout, seen)).ToList();
        var ready = report.Status != HealthStatus.Unhealthy;
        return new Readiness(
            node,
            ready,
            ready ? "ready" : "not ready",
            [.. services.Select(service => ServiceReadiness.Of(service, checks.Where(check => check.Services.Contains(service))))],
            checks
        );
    }

    /// <summary>One line: the word, and the checks that are not well.</summary>
    public string ToLine() => Troubles.Length > 0 ? $"{Status}: {Troubles}" : Status;

    /// <summary>The checks that are not well, in one line; empty if all are.</summary>
    public string Troubles =>
        string.Join(
            ", ",
            Checks
                .Where(check => check.Status != HealthStatus.Healthy)
                .Select(check => $"{check.Name} {check.Status}{(check.Reason is null ? "" : $" ({check.Reason})")}")
        );

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    private static CheckReadiness Check(
        string name,
        HealthReportEntry entry,
        IReadOnlyCollection<string> services,
        TimeSpan timeout,
        CheckHistory seen
    )
    {
        var since = seen.Since(name, entry.Status);
        var concerned = ServiceTag.ServicesOf(entry.Tags);
        // A check that was cut off has no words of its own.
        var cutOff = entry.Status == HealthStatus.Unhealthy && entry.Exception is OperationCanceledException;
        return new CheckReadiness(
            name,
            entry.Status,
            entry.Data.TryGetValue(HealthReason.Since, out var known) && known is DateTimeOffset time ? time : since,
            concerned.Count == 0 ? services : [.. services.Intersect(concerned)],
            Text(entry, HealthReason.Key) ?? (cutOff ? $"It did not answer within {timeout.TotalSeconds:0.###} s." : null),
            Text(entry, HealthReason.Action)
        );
    }

    private static string? Text(HealthReportEntry entry, string key) => entry.Data.TryGetValue(key, out var text) ? text.ToString() : null;
}
