using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Api.Feed;

/// <summary>Keeps the log bounded: deletes the oldest events, in short transactions. Replicas may do it at the same time.</summary>
internal sealed partial class FeedTrim(IServiceScopeFactory scopes, FeedOptions options, TimeProvider clock, ILogger<FeedTrim> logger)
    : BackgroundService
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // A clock that is set forward must not delete the whole log.
    private readonly SteadyClock _steady = new(clock);

    /// <summary>Deletes until the log is within its limits.</summary>
    internal async Task TrimAsync(CancellationToken cancellationToken)
    {
        while (await DeleteBatchAsync(cancellationToken) == BatchSize)
        {
            // Until the log is within its limits.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await TrimAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                var level = LoggedOutage.LevelOf(exception, LogLevel.Warning);
                LogFailed(logger, level, exception.Message, Interval);
            }
        }
    }

    /// <summary>Looks at the oldest events alone, so that a log within its limits costs the same whatever its length.</summary>
    private async Task<int> DeleteBatchAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var oldest = await db
            .FeedEvents.OrderBy(row => row.Number)
            .Take(BatchSize)
            .Select(row => new
            {
                row.Number,
                row.RecordedAt,
                Newest = db.FeedLogs.Where(log => log.Id == FeedLog.TheId).Select(log => log.Last).Single(),
            })
            .ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var steady = _steady.GetUtcNow();
        var before = (now < steady ? now : steady) - options.KeepFor;
        var excess = oldest.TakeWhile(row => row.Number <= row.Newest - options.KeepEvents || row.RecordedAt < before).ToList();
        if (excess.Count == 0)
            return 0;
        var end = excess[^1].Number;
        await db.FeedEvents.Where(row => row.Number <= end).ExecuteDeleteAsync(cancellationToken);
        return excess.Count;
    }

    [LoggerMessage(EventId = 1, Message = "The log of the push feed could not be trimmed: {Error} The next attempt is in {Interval}.")]
    private static partial void LogFailed(ILogger logger, LogLevel level, string error, TimeSpan interval);
}
