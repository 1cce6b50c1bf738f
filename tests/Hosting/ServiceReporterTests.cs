using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Hosting.Tests;

/// <summary>What a process reports of its services for the live page of others.</summary>
public sealed class ServiceReporterTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
    private readonly Writes _writes = new();
    private readonly Looks _outbox = new();
    private HealthCheckResult _result = HealthCheckResult.Healthy();
    private int _checks;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_writes_one_statement_for_all_services_when_something_has_changed_and_else_every_30_seconds()
    {
        using var database = await FreshDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var services = Build(database);
        await services.MigrateAsync(Cancel);
        var reporter = services.GetRequiredService<ServiceReporter>();
        _writes.Count = 0;

        var written = new List<int>();
        for (var tick = 0; tick < 9; tick++)
        {
            await reporter.ReportAsync(Cancel);
            written.Add(_writes.Count);
            _clock.Advance(TimeSpan.FromSeconds(10));
        }

        // At 0, 30 and 60 seconds: the checks run no more often either.
        written.ShouldBe([1, 1, 1, 2, 2, 2, 3, 3, 3]);
        _checks.ShouldBe(3);
        (await RowsAsync(services)).Select(row => $"{row.Service} {row.Health}").ShouldBe(["claimer HEALTHY", "validator HEALTHY"]);
    }

    [Fact]
    public async Task A_failing_check_is_reported_with_reason_and_remedy_of_the_services_that_it_concerns_and_its_end_within_10_seconds()
    {
        using var database = await FreshDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var services = Build(database);
        await services.MigrateAsync(Cancel);
        var reporter = services.GetRequiredService<ServiceReporter>();
        _result = HealthCheckResult.Unhealthy("Password=secret", data: HealthReason.Data("It is away.", "Mend it."));

        await reporter.ReportAsync(Cancel);

        var rows = await RowsAsync(services);
        (rows[0].Health, rows[0].Reason, rows[0].Remedy).ShouldBe(("UNHEALTHY", "l1: It is away.", "Mend it."));
        (rows[1].Health, rows[1].Reason, rows[1].Remedy).ShouldBe(("HEALTHY", null, null));

        _result = HealthCheckResult.Healthy();
        _clock.Advance(TimeSpan.FromSeconds(10));
        await reporter.ReportAsync(Cancel);

        (await RowsAsync(services)).ShouldAllBe(row => row.Health == "HEALTHY" && row.Reason == null);
    }

    [Fact]
    public async Task A_report_that_failed_is_made_again_at_the_next_tick()
    {
        using var database = await FreshDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var services = Build(database);
        await services.MigrateAsync(Cancel);
        var reporter = services.GetRequiredService<ServiceReporter>();
        _writes.Fails = true;
        await Should.ThrowAsync<InvalidOperationException>(() => reporter.ReportAsync(Cancel));
        (await RowsAsync(services)).ShouldBeEmpty();

        _writes.Fails = false;
        _clock.Advance(TimeSpan.FromSeconds(10));
        await reporter.ReportAsync(Cancel);

        (await RowsAsync(services)).Count.ShouldBe(2);
    }

    [Fact]
    [NeedsServers]
    public async Task The_statement_of_a_report_shows_the_dispatcher_whether_a_message_waits()
    {
        using var database = await FreshDatabase.CreateAsync(DatabaseKind.Postgresql);
        await using var services = Build(database);
        await services.MigrateAsync(Cancel);
        var reporter = services.GetRequiredService<ServiceReporter>();
        await reporter.ReportAsync(Cancel);
        await using (var scope = services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
            db.Outbox.Add(
                new OutboxMessage
                {
                    Lane = 0,
                    CreatedAt = _clock.GetUtcNow(),
                    MessageId = Guid.NewGuid(),
                    ContentType = "application/json",
                    MessageType = "urn:message:Test",
                    Body = "{}",
                }
            );
            await db.SaveChangesAsync(Cancel);
        }

        _clock.Advance(TimeSpan.FromSeconds(30));
        await reporter.ReportAsync(Cancel);

        _outbox.Empty.ShouldBe([true, false]);
    }

    private ServiceProvider Build(FreshDatabase database)
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(_clock)
            .AddSingleton<IInterceptor>(_writes)
            .AddRollupsPersistence(new ConfigurationBuilder().AddInMemoryCollection(database.Settings).Build())
            .AddSingleton<NodeMeters>()
            .AddSingleton<IOutboxSight>(_outbox)
            .AddSingleton(new HostedServices(["claimer", "validator"]))
            .AddSingleton<ServiceReporter>();
        services
            .AddHealthChecks()
            .AddCheck<DatabaseHealthCheck>(DatabaseHealthCheck.Name)
            .AddCheck(
                "l1",
                () =>
                {
                    _checks++;
                    return _result;
                },
                tags: ServiceTag.Of(["claimer", "evm-reader"])
            );
        return services.BuildServiceProvider();
    }

    private static async Task<List<ServiceReport>> RowsAsync(ServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<RollupsDbContext>()
            .ServiceReports.AsNoTracking()
            .OrderBy(row => row.Service)
            .ToListAsync(Cancel);
    }

    private sealed class Looks : IOutboxSight
    {
        public List<bool> Empty { get; } = [];

        public void Saw(bool isEmpty) => Empty.Add(isEmpty);
    }

    /// <summary>Counts the commands that write, or lets them fail.</summary>
    private sealed class Writes : DbCommandInterceptor
    {
        public int Count { get; set; }

        public bool Fails { get; set; }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            System.Data.Common.DbCommand command,
            CommandEventData eventData,
            InterceptionResult<int> result,
            CancellationToken cancellationToken = default
        )
        {
            Count++;
            return Fails ? throw new InvalidOperationException("no") : ValueTask.FromResult(result);
        }
    }
}
