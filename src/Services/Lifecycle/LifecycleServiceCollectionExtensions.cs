using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rollups.Lifecycle.Consumers;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Lifecycle;

/// <summary>Adds the Lifecycle service to a host.</summary>
public static class LifecycleServiceCollectionExtensions
{
    /// <summary>
    /// Adds the saga of every epoch, its reconciliation with the epochs table, and the query GetEpochLifecycle. Needs the database and the
    /// bus, and of section <c>Ethereum</c> only the chain id.
    /// </summary>
    /// <exception cref="ServiceOptionsException">The chain id is missing, or an option is out of its range.</exception>
    public static IServiceCollection AddLifecycle(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ChainIdentity.Add(services, configuration);
        services.AddOptions<LifecycleOptions>().Bind(configuration.GetSection(LifecycleOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LifecycleOptions>, LifecycleOptionsValidator>();
        var service = services.AddPendingWork<ReconcileLifecycles>("lifecycle", configuration);
        services.AddBusRegistration(bus =>
        {
            if (service.Events)
                bus.AddSagaStateMachine<EpochLifecycleStateMachine, EpochLifecycleState, EpochLifecycleDefinition>()
                    .EntityFrameworkRepository();
            bus.AddConsumer<GetEpochLifecycleConsumer, GetEpochLifecycleConsumerDefinition>();
        });
        return services;
    }
}
