using Microsoft.Extensions.DependencyInjection;
using Quartz;
using Rollups.Messaging;

namespace Rollups.Scheduling;

/// <summary>Adds the fallback syncs to a host.</summary>
public static class SchedulingServiceCollectionExtensions
{
    /// <summary>
    /// One Quartz job per service added before, spread over its interval so that they do not fire together. Setting the machine's clock
    /// does not affect them.
    /// </summary>
    public static IServiceCollection AddFallbackSyncs(this IServiceCollection services)
    {
        var syncs = services
            .Where(service => service.ServiceType == typeof(FallbackSync))
            .Select(service => (FallbackSync)service.ImplementationInstance!)
            .ToList();
        // Quartz works with times of day: if the machine's clock were set back by ten minutes, every trigger would stop for as long; if it
        // were set forward, all would be late.
        var clock = new SteadyClock(ClockOf(services));
        services.AddQuartz(quartz =>
        {
            quartz.UseTimeProvider(clock);
            quartz.UseInMemoryStore(_ => { });
            // A stop cancels running syncs; the next start finds their work again.
            quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always);
            for (var i = 0; i < syncs.Count; i++)
            {
                var sync = syncs[i];
                // The first sync comes after a whole interval, because the start-up sync has just searched.
                var delay = sync.Interval + SpreadOffset(sync.Interval, i, syncs.Count);
                quartz.ScheduleJob<FallbackSyncJob>(
                    trigger =>
                        trigger
                            .WithIdentity($"{sync.Service}-sync")
                            .StartAt(clock.GetUtcNow() + delay)
                            .WithSimpleSchedule(schedule => schedule.WithInterval(sync.Interval).RepeatForever()),
                    job => job.WithIdentity($"{sync.Service}-sync").UsingJobData(FallbackSyncJob.ServiceKey, sync.Service)
                );
            }
        });
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        return services;
    }

    private static TimeProvider ClockOf(IServiceCollection services) =>
        services.LastOrDefault(service => service.ServiceType == typeof(TimeProvider))?.ImplementationInstance as TimeProvider
        ?? TimeProvider.System;

    /// <summary>The part of its interval by which the i-th of n jobs is delayed.</summary>
    internal static TimeSpan SpreadOffset(TimeSpan interval, int i, int n) => interval * i / n;
}
