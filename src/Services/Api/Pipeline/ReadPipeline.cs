using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Api.Feed;
using Rollups.Api.Wire;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Api.Pipeline;

/// <summary>Makes the summary, at most once a second, however many ask for it.</summary>
internal sealed class ReadPipeline(
    IServiceScopeFactory scopes,
    FeedHub hub,
    NodeMeters meters,
    ChainIdentity chain,
    HealthCheckService health,
    IEnumerable<FallbackSync> here,
    TimeProvider clock
) : IDisposable
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private static readonly string Version =
        typeof(ReadPipeline).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly RecentHealth _health = new(health, clock);
    private readonly HashSet<string> _here = [.. here.Select(sync => sync.Service), "api"];
    private byte[] _latest = [];
    private long _madeAt;

    /// <summary>The summary as JSON.</summary>
    public async Task<ReadOnlyMemory<byte>> RunAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_latest.Length == 0 || clock.GetElapsedTime(_madeAt) > Age)
            {
                _latest = JsonSerializer.SerializeToUtf8Bytes(await MakeAsync(cancellationToken), WireJson.Http);
                _madeAt = clock.GetTimestamp();
            }

            return _latest;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<PipelineSummary> MakeAsync(CancellationToken cancellationToken)
    {
        var ring = hub.Ring;
        var last = ring?.Last;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var rows = await PipelineRows.ReadAsync(db, cancellationToken);
        var figures = meters.Read();
        var report = await _health.ReadAsync();
        var now = clock.GetUtcNow();
        var elsewhere = await ReportedServices.ReadAsync(db, _here, now, cancellationToken);
        var services = new ServiceList(_here, figures, report, elsewhere);
        var minute = ring?.LastMinute(now) ?? FeedMinute.Unknown;
        var recent = (ring?.Snapshot() ?? []).Where(item => item.RecordedAt > now - Window).ToList();
        return new PipelineSummary
        {
            At = now,
            ChainId = chain.ChainId,
            Version = Version,
            LastEventId = ring is null ? null : FeedItem.IdOf(ring.Log, last!.Value),
            Head = figures.Head is > 0 ? figures.Head : elsewhere.Head,
            OutboxPending = figures.Pending,
            Subscribers = hub.Subscribers,
            Services = services.Read(minute, PrtOf(rows)),
            HasWholeMinute = minute.IsWhole,
            Checks = report is null ? [] : [.. report.Entries.Select(Describe)],
            Events =
            [
                .. EventKinds.All.Select(kind => new KindFigures
                {
                    Kind = kind,
                    PerMinute = minute.Of([kind]),
                    Latency = Percentiles.Of(recent.Where(item => item.Kind == kind).Select(Latency)),
                }),
            ],
            Stages = StagesOf(rows.Epochs),
            ApplicationCount = rows.ApplicationCount,
            Applications = rows.Applications,
            Epochs = [.. rows.Epochs.Select(epoch => epoch.Summary)],
            EpochCounts = rows.EpochCounts,
            Faults = FaultList.Of(rows, figures, report, elsewhere),
        };
    }

    private static HashSet<Address> PrtOf(PipelineRows rows) =>
        [.. rows.Applications.Where(app => app.Consensus == ConsensusType.Prt).Select(app => app.Application)];

    private static double Latency(FeedItem item) => Math.Max(0, (item.RecordedAt - item.OccurredAt).TotalSeconds);

    private static CheckResult Describe(KeyValuePair<string, HealthReportEntry> entry) =>
        new(
            entry.Key,
            ServiceList.WordOf(entry.Value.Status),
            entry.Value.Status == HealthStatus.Healthy ? null : ServiceHealth.ReasonOf(entry.Value)
        );

    private static List<StageFigures> StagesOf(IReadOnlyList<EpochRow> epochs)
    {
        var accepted = epochs.Where(epoch => epoch.Times.Status == EpochStatus.ClaimAccepted).Select(epoch => epoch.Times).ToList();
        return
        [
            Of(EpochStatus.Open, "evm-reader", times => times.Closed - times.Opened),
            Of(EpochStatus.Closed, "advancer", times => times.InputsProcessed - times.Closed),
            Of(EpochStatus.InputsProcessed, "validator", times => times.ClaimCalculated - times.InputsProcessed),
            Of(EpochStatus.ClaimCalculated, "claimer or prt", times => times.ClaimSubmitted - times.ClaimCalculated),
            Of(EpochStatus.ClaimSubmitted, "claimer or prt", times => times.ClaimSettled - times.ClaimSubmitted),
        ];

        StageFigures Of(EpochStatus state, string service, Func<Stories.EpochTimes, TimeSpan?> time) =>
            new(state, service, Percentiles.Of(accepted.Select(time).OfType<TimeSpan>().Select(span => Math.Max(0, span.TotalSeconds))));
    }
}
