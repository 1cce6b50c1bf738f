using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Rollups.Persistence;

/// <summary>
/// Writes what a process reports of its services, and deletes what nobody needs any more, with one statement: rows of earlier processes of
/// the same services once they are superseded, and those of services that no process has run for a day. On PostgreSQL, where each service
/// has a process of its own, the statement also looks at the outbox: an idle process needs no second one for that.
/// </summary>
public static class StoreServiceReports
{
    private const int Columns = 12;
    private static readonly TimeSpan Superseded = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    private const string Insert =
        "INSERT INTO service_reports (instance, reported_at, service, latency_count, latency_p50, latency_p95, latency_p99, "
        + "found_by_event, found_by_sync, failures, head, health, reason, remedy) VALUES ";

    private const string Update =
        " ON CONFLICT (service, instance) DO UPDATE SET reported_at = excluded.reported_at, latency_count = excluded.latency_count, "
        + "latency_p50 = excluded.latency_p50, latency_p95 = excluded.latency_p95, latency_p99 = excluded.latency_p99, "
        + "found_by_event = excluded.found_by_event, found_by_sync = excluded.found_by_sync, failures = excluded.failures, "
        + "head = excluded.head, health = excluded.health, reason = excluded.reason, remedy = excluded.remedy";

    /// <summary>Writes the reports of one process.</summary>
    /// <param name="db">Context without a transaction.</param>
    /// <param name="instance">The process, as in <see cref="ServiceReport.Instance"/>.</param>
    /// <param name="reports">One for each of its services.</param>
    /// <param name="now">Time of the reports.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>Whether the outbox is empty; null on SQLite.</returns>
    public static async Task<bool?> RunAsync(
        RollupsDbContext db,
        string instance,
        IReadOnlyList<ServiceReport> reports,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(reports);
        List<object?> values = [instance, Time(db, now), Time(db, now - Superseded), Time(db, now - Forgotten)];
        var first = values.Count;
        foreach (var report in reports)
            values.AddRange(ValuesOf(report));
        var rows = string.Join(", ", Enumerable.Range(0, reports.Count).Select(row => RowAt(first + (row * Columns))));
        var names = string.Join(", ", Enumerable.Range(0, reports.Count).Select(row => $"{{{first + (row * Columns)}}}"));
        var delete =
            "DELETE FROM service_reports WHERE instance <> {0} "
            + $"AND (reported_at < {{3}} OR (reported_at < {{2}} AND service IN ({names})))";
        if (!db.Database.IsNpgsql())
        {
            var statements = $"{delete}; {Insert}{rows}{Update}";
            await db.Database.ExecuteSqlRawAsync(statements, values!, cancellationToken);
            return null;
        }

        var sql = $"WITH gone AS ({delete}) {Insert}{rows}{Update} RETURNING NOT EXISTS (SELECT 1 FROM outbox)";
        var command = db.GetService<IRawSqlCommandBuilder>().Build(sql, values!, db.Model);
        return await command.RelationalCommand.ExecuteScalarAsync(
            new RelationalCommandParameterObject(
                db.GetService<IRelationalConnection>(),
                command.ParameterValues,
                null,
                db,
                db.GetService<IRelationalCommandDiagnosticsLogger>(),
                CommandSource.ExecuteSqlRaw
            ),
            cancellationToken
        )
            is true;
    }

    private static object?[] ValuesOf(ServiceReport report) =>
        [
            report.Service,
            report.LatencyCount,
            report.LatencyP50,
            report.LatencyP95,
            report.LatencyP99,
            report.FoundByEvent,
            report.FoundBySync,
            report.Failures,
            report.Head,
            report.Health,
            report.Reason,
            report.Remedy,
        ];

    // The types of values that may be null: the database cannot infer them.
    private static string RowAt(int at) =>
        $"({{0}}, {{1}}, {{{at}}}, {{{at + 1}}}, CAST({{{at + 2}}} AS double precision), CAST({{{at + 3}}} AS double precision), "
        + $"CAST({{{at + 4}}} AS double precision), {{{at + 5}}}, {{{at + 6}}}, {{{at + 7}}}, CAST({{{at + 8}}} AS bigint), {{{at + 9}}}, "
        + $"CAST({{{at + 10}}} AS text), CAST({{{at + 11}}} AS text))";

    private static object Time(RollupsDbContext db, DateTimeOffset time) =>
        db.Database.IsNpgsql() ? time.ToUniversalTime() : new MicrosecondsConverter().ConvertToProvider(time)!;
}
