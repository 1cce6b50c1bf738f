using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Advancer.Consumers;
using Rollups.Advancer.Inspect;
using Rollups.Advancer.Snapshots;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Advancer;

/// <summary>Adds the Advancer to a host.</summary>
public static class AdvancerServiceCollectionExtensions
{
    /// <summary>
    /// Adds its work, its options (section <c>Services:Advancer</c>), the machines, and, unless events are off, its consumer.
    /// </summary>
    /// <exception cref="OperatorException">An option is out of its range.</exception>
    public static IServiceCollection AddAdvancer(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<AdvancerOptions>(configuration.GetSection(AdvancerOptions.Section));
        ChainIdentity.Add(services, configuration);
        services.AddMachines(configuration);
        services.AddSingleton<MachineReplay>();
        services.AddSingleton<SnapshotFolder>();
        services.AddSingleton<StoreSnapshots>();
        services.AddSingleton<RestoreSnapshots>();
        services.AddSingleton<MachineBuild>();
        services.AddSingleton<ReplayProgress>();
        services.AddSingleton<ResidentMachines>();
        services.AddSingleton<DemandedMachines>();
        services.AddSingleton<StoreAdvance>();
        services.AddSingleton<FinishEpochs>();
        var service = services.AddPendingWork<AdvanceInputs>("advancer", configuration);
        services.AddHostedService<WakeOnSignal>();
        services.AddHostedService<EndOrphans>();
        services.AddSingleton(provider => new RelinquishedApplications(provider.GetRequiredService<TimeProvider>(), service.SyncInterval));
        if (service.Events)
        {
            services.AddSingleton<SyncOnQueueBound>();
            services.AddBusRegistration(bus => bus.AddConsumer<ApplicationEventConsumer, ApplicationEventConsumerDefinition>());
        }

        return services;
    }

    /// <summary>
    /// Adds <c>POST /inspect</c> on a listener of its own (section <c>Inspect</c>), for the machines of this process's Advancer.
    /// </summary>
    /// <exception cref="OperatorException">An option is out of its range.</exception>
    public static IServiceCollection AddInspect(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddValidatedOptions<InspectOptions>(configuration.GetSection(InspectOptions.Section));
        services.AddSingleton<InspectApplication>();
        services.AddSingleton<InspectListener>();
        services.AddSingleton<IInspectListener>(provider => provider.GetRequiredService<InspectListener>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<InspectListener>());
        return services;
    }
}
