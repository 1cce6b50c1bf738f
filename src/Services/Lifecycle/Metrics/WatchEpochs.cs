using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Lifecycle.Metrics;

/// <summary>
/// Feeds the gauges of unfinished epochs: how many are in each state, for how long, and which applications wait. One query per check, a
/// second one only if there are any, none per scrape; both read the index of unfinished epochs alone, which has no row of a finished epoch
/// or of an idle application.
/// </summary>
internal sealed partial class WatchEpochs(
    IServiceScopeFactory scopes,
    IOptions<LifecycleOptions> options,
    TimeProvider clock,
    ILogger<WatchEpochs> logger
) : BackgroundService
{
    private const int MostSeries = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly EpochMetrics _metrics = new();

    /// <summary>Runs one check.</summary>
    internal async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var now = clock.GetUtcNow();
        var states = await StatesAsync(db, now - options.Value.StuckAfter, cancellationToken);
        _metrics.Show(now, states, states.Count == 0 ? [] : await ApplicationsAsync(db, cancellationToken));
    }

    private static async Task<List<EpochsInState>> StatesAsync(
        RollupsDbContext db,
        DateTimeOffset stuckSince,
        CancellationToken cancellationToken
    ) =>
        await Unfinished(db)
            .Select(epoch => new
            {
                epoch.Status,
                Since = epoch.Status == EpochStatus.Open ? epoch.OpenedAt
                : epoch.Status == EpochStatus.Closed ? epoch.ClosedAt
                : epoch.Status == EpochStatus.InputsProcessed ? epoch.InputsProcessedAt
                : epoch.Status == EpochStatus.ClaimCalculated ? epoch.ClaimRevertedAt ?? epoch.ClaimCalculatedAt
                : epoch.ClaimSubmittedAt,
            })
            .GroupBy(epoch => epoch.Status)
            .Select(group => new EpochsInState(
                group.Key,
                group.LongCount(),
                group.LongCount(epoch => epoch.Status != EpochStatus.Open && epoch.Since <= stuckSince),
                group.Min(epoch => epoch.Since)
            ))
            .ToListAsync(cancellationToken);

    /// <summary>The applications that have waited longest, so that the number of series does not grow with that of applications.</summary>
    private static async Task<List<WaitingApplication>> ApplicationsAsync(RollupsDbContext db, CancellationToken cancellationToken) =>
        await Unfinished(db)
            .GroupBy(epoch => epoch.ApplicationId)
            .Select(group => new
            {
                Id = group.Key,
                Oldest = group.Min(epoch => epoch.ClosedAt),
                Inputs = group.Max(epoch => epoch.InputIndexUpperBound),
            })
            .Join(
                db.Applications,
                waiting => waiting.Id,
                application => application.Id,
                (waiting, application) =>
                    new
                    {
                        application.Name,
                        waiting.Inputs,
                        application.ProcessedInputs,
                        waiting.Oldest,
                    }
            )
            .OrderBy(waiting => waiting.Oldest == null)
            .ThenBy(waiting => waiting.Oldest)
            .Take(MostSeries)
            .Select(waiting => new WaitingApplication(waiting.Name, waiting.Inputs, waiting.ProcessedInputs, waiting.Oldest))
            .ToListAsync(cancellationToken);

    // An inline list reproduces the exact text of the index's filter, which SQLite requires.
    private static IQueryable<Epoch> Unfinished(RollupsDbContext db) =>
        db.Epochs.Where(epoch => !new[] { EpochStatus.ClaimAccepted, EpochStatus.ClaimRejected }.Contains(epoch.Status));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                try
                {
                    await CheckAsync(stoppingToken);
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    // A stale value would pass for the current one.
                    _metrics.Forget();
                    LogUnread(logger, exception.Message);
                }
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        finally
        {
            _metrics.Forget();
        }
    }

    [LoggerMessage(6003, LogLevel.Debug, "The unfinished epochs could not be counted: {Error} The next check is in half a minute.")]
    private static partial void LogUnread(ILogger logger, string error);
}
