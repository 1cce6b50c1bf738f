using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence.Tests;

public sealed class ServiceReportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task A_process_has_one_row_for_each_of_its_services(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await StoreAsync(database, "one", Seed.Now, Report("advancer", "one"), Report("validator", "one"));
        var changed = Report("advancer", "one") with
        {
            LatencyCount = 3,
            LatencyP50 = 0.5,
            LatencyP95 = 1,
            LatencyP99 = 2.25,
            FoundByEvent = 7,
            FoundBySync = 1,
            Failures = 2,
            Head = 42,
            Health = "UNHEALTHY",
            Reason = "l1: It is away.",
            Remedy = "Mend it.",
        };
        var later = Seed.Now.AddSeconds(10);

        await StoreAsync(database, "one", later, changed, Report("validator", "one"));

        (await RowsAsync(database)).ShouldBe([
            changed with
            {
                ReportedAt = later,
            },
            Report("validator", "one") with
            {
                ReportedAt = later,
            },
        ]);
    }

    /// <summary>The last report of a service that nobody runs any more stays for a day: the page shows since when it is silent.</summary>
    [Theory]
    [OnBothDatabases]
    public async Task Rows_of_processes_that_ended_are_deleted_once_nobody_needs_them(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await StoreAsync(database, "old", Seed.Now, Report("advancer", "old"));
        await StoreAsync(database, "ended", Seed.Now.AddHours(1), Report("prt", "ended"));
        await StoreAsync(database, "replica", Seed.Now.AddHours(1), Report("advancer", "replica"));

        await StoreAsync(database, "new", Seed.Now.AddHours(1).AddMinutes(9), Report("advancer", "new"));
        (await RowsAsync(database)).Select(row => row.Instance).ShouldBe(["new", "replica", "ended"]);

        await StoreAsync(database, "new", Seed.Now.AddHours(3), Report("advancer", "new"));
        (await RowsAsync(database)).Select(row => row.Instance).ShouldBe(["new", "ended"]);

        await StoreAsync(database, "new", Seed.Now.AddHours(26), Report("advancer", "new"));
        (await RowsAsync(database)).Select(row => row.Instance).ShouldBe(["new"]);
    }

    private static Task<bool?> StoreAsync(TestDatabase database, string instance, DateTimeOffset at, params ServiceReport[] reports) =>
        StoreServiceReports.RunAsync(database.NewContext(), instance, reports, at, Token);

    private static Task<List<ServiceReport>> RowsAsync(TestDatabase database) =>
        database.NewContext().ServiceReports.AsNoTracking().OrderBy(row => row.Service).ThenBy(row => row.Instance).ToListAsync(Token);

    private static ServiceReport Report(string service, string instance) =>
        new()
        {
            Service = service,
            Instance = instance,
            LatencyCount = 0,
            LatencyP50 = null,
            LatencyP95 = null,
            LatencyP99 = null,
            FoundByEvent = 0,
            FoundBySync = 0,
            Failures = 0,
            Head = null,
            Health = "HEALTHY",
            Reason = null,
            Remedy = null,
        };
}
