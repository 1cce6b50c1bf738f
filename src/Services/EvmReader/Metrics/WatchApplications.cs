using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.EvmReader.Metrics;

/// <summary>
/// Feeds the gauges: counts the applications by state and finds the cursors of those that lag most. One query per check, a second one only
/// while one of them lags, none per scrape.
/// </summary>
internal sealed partial class WatchApplications(
    IServiceScopeFactory scopes,
    ReaderMetrics reader,
    IOptions<EvmReaderOptions> options,
    TimeProvider clock,
    ILogger<WatchApplications> logger
) : BackgroundService
{
    private const int MostSeries = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly ApplicationMetrics _metrics = new(reader);

    /// <summary>Runs one check.</summary>
    internal async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        // Before the cursors are: the head of a later scrape would count blocks that the reader has read meanwhile.
        var head = reader.Newest;
        var states = await db
            .Applications.GroupBy(application => application.State)
            .Select(group => new
            {
                State = group.Key,
                Count = group.LongCount(),
                ReadTo = group.Min(application => application.LastInputCheckBlock),
            })
            .ToListAsync(cancellationToken);
        long? lag =
            head > 0 && states.Find(row => row.State == ApplicationState.Enabled) is { } enabled ? Blocks(head, enabled.ReadTo) : null;
        _metrics.Show(
            states.ToDictionary(row => row.State, row => row.Count),
            lag,
            lag > (long)options.Value.IdleCursorBlocks ? await LaggingAsync(db, head, cancellationToken) : []
        );
    }

    /// <summary>
    /// The applications that lag most, so that the number of series does not grow with that of applications. Idle ones are at most a few
    /// blocks behind (<see cref="EvmReaderOptions.IdleCursorBlocks"/>) and have no series.
    /// </summary>
    private async Task<IReadOnlyList<LaggingApplication>> LaggingAsync(RollupsDbContext db, long head, CancellationToken cancellationToken)
    {
        var behind = (ulong)(head - (long)options.Value.IdleCursorBlocks);
        var rows = await db
            .Applications.Where(app => app.State == ApplicationState.Enabled && app.LastInputCheckBlock < behind)
            .OrderBy(app => app.LastInputCheckBlock)
            .Take(MostSeries)
            .Select(app => new { app.Name, app.LastInputCheckBlock })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(app => new LaggingApplication(app.Name, Blocks(head, app.LastInputCheckBlock)));
    }

    private static long Blocks(long head, ulong readTo) => Math.Max(0, head - (long)readTo);

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
            // The node is stopping.
        }
    }

    [LoggerMessage(60, LogLevel.Debug, "The applications could not be counted: {Error} The next check is in half a minute.")]
    private static partial void LogUnread(ILogger logger, string error);
}
