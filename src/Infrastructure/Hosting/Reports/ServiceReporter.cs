using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Hosting;

/// <summary>
/// Reports the figures and the health of this process's services in the database, for the live page of other processes: when they have
/// changed, and as a sign of life otherwise. Nothing depends on the reports, so a failure only delays one. Their statement sees the outbox
/// too, which spares an idle process its sweep.
/// </summary>
internal sealed partial class ServiceReporter(
    IServiceScopeFactory scopes,
    NodeMeters meters,
    HealthCheckService health,
    HostedServices services,
    IOutboxSight outbox,
    TimeProvider clock,
    ILogger<ServiceReporter> logger
) : BackgroundService
{
    // Three are shorter than the longest pause of the outbox's sweeps.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(9);

    // Every third tick: seven idle processes write a row each four seconds together.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(25);

    // A sentence of a check, not a page.
    private const int LongestText = 1000;

    private readonly string _instance = string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.MachineName}/{Environment.ProcessId}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2))}"
    );

    private HealthReport? _health;
    private long _checkedAt;
    private List<ServiceReport> _last = [];
    private long _lastAt;

    /// <summary>Reports if something has changed, or if it is time for a sign of life.</summary>
    internal async Task ReportAsync(CancellationToken cancellationToken)
    {
        // A check may cost a request to L1. While something is wrong, its end should be seen soon.
        if (_health is not { Status: HealthStatus.Healthy } || clock.GetElapsedTime(_checkedAt) >= Heartbeat)
        {
            _health = await health.CheckHealthAsync(check => check.Name != DatabaseHealthCheck.Name, cancellationToken);
            _checkedAt = clock.GetTimestamp();
        }

        var figures = meters.Read();
        var reports = services.Names.Select(service => Of(service, figures, _health)).ToList();
        if (reports.SequenceEqual(_last) && clock.GetElapsedTime(_lastAt) < Heartbeat)
            return;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        if (await StoreServiceReports.RunAsync(db, _instance, reports, clock.GetUtcNow(), cancellationToken) is { } isEmpty)
            outbox.Saw(isEmpty);
        (_last, _lastAt) = (reports, clock.GetTimestamp());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ReportAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception.Message, Interval);
            }
        }
    }

    /// <summary>That the report arrives is the check of the database; the check itself would write once more.</summary>
    private ServiceReport Of(string service, NodeFigures figures, HealthReport report)
    {
        var measures = figures.Of(service);
        var state = ServiceHealth.Of(service, report);
        return new ServiceReport
        {
            Service = service,
            Instance = _instance,
            LatencyCount = measures.Latency?.Count ?? 0,
            LatencyP50 = measures.Latency?.P50,
            LatencyP95 = measures.Latency?.P95,
            LatencyP99 = measures.Latency?.P99,
            FoundByEvent = measures.FoundByEvent,
            FoundBySync = measures.FoundBySync,
            Failures = measures.Failures,
            Head = figures.Head is > 0 ? figures.Head : null,
            Health = state.Status.ToString().ToUpperInvariant(),
            Reason = Short(state.Reason),
            Remedy = Short(state.Remedy),
        };
    }

    private static string? Short(string? text) => text is { Length: > LongestText } ? text[..LongestText] : text;

    [LoggerMessage(
        EventId = 7010,
        Level = LogLevel.Debug,
        Message = "The figures for the live page could not be reported: {Error} The next attempt is in {Interval}."
    )]
    private partial void LogFailed(string error, TimeSpan interval);
}
