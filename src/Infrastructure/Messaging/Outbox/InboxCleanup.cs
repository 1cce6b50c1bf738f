using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>Deletes inbox rows of messages that no broker can still redeliver.</summary>
internal sealed partial class InboxCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<InboxCleanup> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    // Rows per transaction: locks stay short, and a day's backlog never becomes one long statement.
    private const int BatchSize = 1000;
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    // If the machine's clock is set forward by a day, the messages of the last day must not all be forgotten at once: the broker may
    // still redeliver them.
    private readonly SteadyClock _steady = new(clock);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CleanAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                var level = LoggedOutage.LevelOf(exception, LogLevel.Warning);
                LogFailed(logger, level, exception.Message, Interval);
            }
        }
    }

    /// <summary>Cleans once.</summary>
    internal async Task CleanAsync(CancellationToken stoppingToken)
    {
        while (await DeleteBatchAsync(stoppingToken) == BatchSize)
        {
            // Until no row is left.
        }
    }

    private async Task<int> DeleteBatchAsync(CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var now = clock.GetUtcNow();
        var steady = _steady.GetUtcNow();
        var before = (now < steady ? now : steady) - Window;
        return await db
            .Inbox.Where(message => message.ReceivedAt < before)
            .OrderBy(message => message.ReceivedAt)
            .Take(BatchSize)
            .ExecuteDeleteAsync(stoppingToken);
    }

    [LoggerMessage(EventId = 135, Message = "The inbox could not be cleaned: {Error} The next attempt is in {Interval}.")]
    private static partial void LogFailed(ILogger logger, LogLevel level, string error, TimeSpan interval);
}
