using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Advancer.Snapshots;

/// <summary>
/// At the start of the process, deletes the snapshots of applications that were removed while no Advancer ran. Nothing waits for it.
/// </summary>
internal sealed partial class ForgetRemoved(IServiceScopeFactory scopes, SnapshotFolder folders, ILogger<ForgetRemoved> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // First, so that an application that is registered meanwhile is among the known ones.
            var stored = folders.Applications();
            if (stored.Count == 0)
                return;
            await using var scope = scopes.CreateAsyncScope();
            var known = await scope
                .ServiceProvider.GetRequiredService<RollupsDbContext>()
                .Applications.Where(app => stored.Contains(app.Address))
                .Select(app => app.Address)
                .ToListAsync(stoppingToken);
            foreach (var removed in stored.Except(known))
            {
                folders.KeepOnly(removed, null);
                LogForgotten(removed);
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // What is left costs disk; a node that ends itself here would cost every application.
            LogFailed(exception.Message);
        }
    }

    [LoggerMessage(
        EventId = 310,
        Level = LogLevel.Information,
        Message = "advancer: deleted the snapshots of {Application}, which was removed while no Advancer ran."
    )]
    private partial void LogForgotten(Address application);

    [LoggerMessage(
        EventId = 311,
        Level = LogLevel.Warning,
        Message = "advancer: the snapshots of removed applications could not be looked for: {Error} They take space until the next start of "
            + "the process."
    )]
    private partial void LogFailed(string error);
}
