using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>Forgets messages that no broker delivers again any more.</summary>
internal sealed partial class InboxCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<InboxCleanup> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
                var before = clock.GetUtcNow() - Window;
                await db.Inbox.Where(message => message.ReceivedAt < before).ExecuteDeleteAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(logger, exception.Message, Interval);
            }
        }
    }

    [LoggerMessage(135, LogLevel.Warning, "The inbox could not be cleaned: {Error} It is tried again in {Interval}.")]
    private static partial void LogFailed(ILogger logger, string error, TimeSpan interval);
}
