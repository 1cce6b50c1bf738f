using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Benchmarks;

/// <summary>The baseline: a service that each second lists its applications and asks for each whether there is something to do.</summary>
internal sealed class PollApplicationByApplication(IServiceScopeFactory scopes) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
            foreach (
                var id in await db
                    .Applications.Where(app => app.State == ApplicationState.Enabled)
                    .Select(app => app.Id)
                    .ToListAsync(stoppingToken)
            )
                await db
                    .Epochs.Where(epoch => epoch.ApplicationId == id && epoch.Status == EpochStatus.Closed)
                    .OrderBy(epoch => epoch.Index)
                    .FirstOrDefaultAsync(stoppingToken);
        }
    }
}
