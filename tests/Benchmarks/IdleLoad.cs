using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Advancer;
using Rollups.HopWork;
using Rollups.Lifecycle;
using Rollups.Validator;

namespace Rollups.Benchmarks;

/// <summary>Database statements a second of a node with idle applications: Advancer, Validator and Lifecycle, which need no L1.</summary>
internal static class IdleLoad
{
    private const int Applications = 100;
    private const int Services = 3;

    // Two fallback syncs of each service.
    private static readonly TimeSpan EventsTime = TimeSpan.FromSeconds(65);
    private static readonly TimeSpan PollingTime = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(Report report)
    {
        var events = await MeasureAsync(report, EventsTime, AddServices, Settings(true, "00:00:30"));
        var tables = await MeasureAsync(report, PollingTime, AddServices, Settings(false, "00:00:01"));
        var oneByOne = await MeasureAsync(report, PollingTime, AddPollers);
        report.Ratio(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Idle, {Applications} applications: events need {oneByOne / events:0} times fewer statements than polling application by "
                    + $"application every second, {tables / events:0.0} times fewer than polling with one query per service."
            )
        );
        report.Table(
            $"Statements a second of {Services} services with {Applications} idle applications on PostgreSQL",
            ["the services learn by", "statements/s"],
            ["events, with a sync every 30 s and the outbox's sweep every second", Format(events)],
            ["polling every second, one query per service, and the sweep", Format(tables)],
            ["polling every second, application by application, and the sweep", Format(oneByOne)]
        );
    }

    private static async Task<double> MeasureAsync(
        Report report,
        TimeSpan time,
        Action<IServiceCollection, IConfiguration> add,
        params (string Key, string Value)[] settings
    )
    {
        var deployment = await report.Servers.DeployedAsync();
        await using (var writer = await BenchmarkNode.BuildAsync(deployment))
            await ClosedEpochs.AddApplicationsAsync(writer.Unit, Applications, CancellationToken.None);
        var statements = new StatementCounter();
        await using var node = await BenchmarkNode.StartAsync(
            deployment,
            (services, configuration) =>
            {
                services.AddSingleton<IInterceptor>(statements);
                add(services, configuration);
            },
            [("Ethereum:ChainId", "31337"), .. settings]
        );
        // The syncs at start are over.
        await Task.Delay(TimeSpan.FromSeconds(3));
        var before = statements.Count;
        await Task.Delay(time);
        return (statements.Count - before) / time.TotalSeconds;
    }

    private static void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddAdvancer(configuration).AddValidator(configuration).AddLifecycle(configuration);

    private static void AddPollers(IServiceCollection services, IConfiguration configuration)
    {
        for (var service = 0; service < Services; service++)
            services.AddSingleton<Microsoft.Extensions.Hosting.IHostedService, PollApplicationByApplication>();
    }

    private static (string Key, string Value)[] Settings(bool events, string interval) =>
        [
            .. ((string[])["Advancer", "Validator", "Lifecycle"]).SelectMany(service =>
                new[] { ($"Services:{service}:Events", events ? "true" : "false"), ($"Services:{service}:SyncInterval", interval) }
            ),
        ];

    private static string Format(double rate) => rate.ToString("0.0", CultureInfo.InvariantCulture);

    private sealed class StatementCounter : DbCommandInterceptor
    {
        private long _count;

        public long Count => Interlocked.Read(ref _count);

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default
        )
        {
            Interlocked.Increment(ref _count);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<int> result,
            CancellationToken cancellationToken = default
        )
        {
            Interlocked.Increment(ref _count);
            return ValueTask.FromResult(result);
        }
    }
}
