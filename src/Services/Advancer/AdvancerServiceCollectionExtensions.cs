using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Advancer.Consumers;
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
        services.AddMachines();
        services.AddSingleton<MachineReplay>();
        services.AddSingleton<ResidentMachines>();
        services.AddSingleton<StoreAdvance>();
        services.AddSingleton<FinishEpochs>();
        var service = services.AddPendingWork<AdvanceInputs>("advancer", configuration);
        services.AddSingleton(provider => new RelinquishedApplications(provider.GetRequiredService<TimeProvider>(), service.SyncInterval));
        if (service.Events)
        {
            services.AddSingleton<SyncOnQueueBound>();
            services.AddBusRegistration(bus => bus.AddConsumer<ApplicationEventConsumer, ApplicationEventConsumerDefinition>());
        }

        return services;
    }
}
