using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Api.Pipeline;

/// <summary>The services in other processes that have ever reported, and the newest L1 block that one of them has read.</summary>
internal sealed class ReportedServices(IReadOnlyList<ReportedService> all, long? head)
{
    // Twice the longest pause between two reports.
    private static readonly TimeSpan Silent = TimeSpan.FromMinutes(1);

    // Far more than a node has processes; rows of ended ones are deleted.
    private const int MostRows = 500;

    public IReadOnlyList<ReportedService> All => all;

    public long? Head => head;

    public ReportedService? Of(string service) => all.FirstOrDefault(reported => reported.Name == service);

    /// <summary>Reads them with one query; with none if every service is here.</summary>
    public static async Task<ReportedServices> ReadAsync(
        RollupsDbContext db,
        IReadOnlySet<string> here,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (ServiceList.Names.All(here.Contains))
            return new ReportedServices([], null);
        var rows = await db
            .ServiceReports.AsNoTracking()
            .OrderByDescending(report => report.ReportedAt)
            .Take(MostRows)
            .ToListAsync(cancellationToken);
        return Of([.. rows.Where(row => !here.Contains(row.Service))], now);
    }

    internal static ReportedServices Of(IReadOnlyList<ServiceReport> rows, DateTimeOffset now) =>
        new(
            [.. rows.GroupBy(row => row.Service).Select(service => One([.. service.OrderByDescending(row => row.ReportedAt)], now))],
            rows.Where(row => IsFresh(row, now)).Max(row => row.Head)
        );

    private static bool IsFresh(ServiceReport row, DateTimeOffset now) => now - row.ReportedAt <= Silent;

    /// <summary>A process that has ended is not missed while another one runs the service.</summary>
    private static ReportedService One(IReadOnlyList<ServiceReport> rows, DateTimeOffset now)
    {
        var newest = rows[0];
        var fresh = rows.Where(row => IsFresh(row, now)).ToList();
        return fresh.Count == 0
            ? new ReportedService(newest.Service, newest.ReportedAt, 0, SilenceOf(newest, now), null)
            : new ReportedService(newest.Service, newest.ReportedAt, fresh.Count, StateOf(fresh), MeasuresOf(fresh));
    }

    private static ServiceState SilenceOf(ServiceReport last, DateTimeOffset now)
    {
        var process = last.Instance.Split('/');
        return new ServiceState(
            "SILENT",
            string.Create(
                CultureInfo.InvariantCulture,
                $"No report for {(now - last.ReportedAt).TotalSeconds:0} s: is the process running?"
            ),
            process.Length < 2
                ? "Start it again."
                : $"Start it again; its log has the reason of its end. It was process {process[1]} on {process[0]}."
        );
    }

    private static ServiceState StateOf(List<ServiceReport> fresh)
    {
        var wrong = fresh.Where(row => row.Health != "HEALTHY").OrderBy(row => row.Health == "UNHEALTHY" ? 0 : 1).ToList();
        return wrong.Count == 0
            ? new ServiceState("HEALTHY", null, null)
            : new ServiceState(wrong[0].Health, Joined(wrong.Select(row => row.Reason)), Joined(wrong.Select(row => row.Remedy)));
    }

    private static string? Joined(IEnumerable<string?> texts) =>
        string.Join(" ", texts.OfType<string>().Distinct()) is { Length: > 0 } text ? text : null;

    /// <summary>Sums, and of several processes the percentiles of the slowest one.</summary>
    private static ServiceMeasures MeasuresOf(List<ServiceReport> fresh) =>
        new(
            fresh.Exists(row => row.LatencyP50 is not null)
                ? new Percentiles
                {
                    Count = fresh.Sum(row => row.LatencyCount),
                    P50 = fresh.Max(row => row.LatencyP50) ?? 0,
                    P95 = fresh.Max(row => row.LatencyP95) ?? 0,
                    P99 = fresh.Max(row => row.LatencyP99) ?? 0,
                }
                : null,
            fresh.Sum(row => row.FoundByEvent),
            fresh.Sum(row => row.FoundBySync),
            fresh.Sum(row => row.Failures)
        );
}
