using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Lifecycle.Consumers;
using Rollups.Lifecycle.Metrics;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Settings;

namespace Rollups.Lifecycle;

/// <summary>Adds the Lifecycle service to a host.</summary>
public static class LifecycleServiceCollectionExtensions
{
    /// <summary>
    /// Adds the saga of every epoch, its reconciliation with the epochs table, and the queries GetEpochLifecycle, ListEpochLifecycles
    /// and GetStuckEpochs. Needs the database, the bus and, from section <c>Ethereum</c>, only the chain id.
    /// </summary>
    /// <exception cref="OperatorException">The chain id is missing, or an option is out of its range.</exception>
    public static IServiceCollection AddLifecycle(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ChainIdentity.Add(services, configuration);
        services.AddValidatedOptions<LifecycleOptions>(configuration.GetSection(LifecycleOptions.Section));
        var service = services.AddPendingWork<ReconcileLifecycles>("lifecycle", configuration);
        services.AddHostedService<WatchEpochs>();
        services.AddBusRegistration(bus =>
        {
            if (service.Events)
                bus.AddSagaStateMachine<EpochLifecycleStateMachine, EpochLifecycleState, EpochLifecycleDefinition>()
                    .EntityFrameworkRepository();
            bus.AddConsumer<GetEpochLifecycleConsumer, GetEpochLifecycleConsumerDefinition>();
            bus.AddConsumer<ListEpochLifecyclesConsumer, ListEpochLifecyclesConsumerDefinition>();
            bus.AddConsumer<GetStuckEpochsConsumer, GetStuckEpochsConsumerDefinition>();
        });
        return services;
    }
}
