using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rollups.Chain;
using Rollups.Ethereum;
using Rollups.EvmReader.Commands;
using Rollups.EvmReader.Consumers;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Head;
using Rollups.EvmReader.History;
using Rollups.EvmReader.Logs;
using Rollups.EvmReader.Metrics;
using Rollups.EvmReader.Registration;
using Rollups.EvmReader.Store;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.EvmReader;

/// <summary>Adds the EvmReader to a host.</summary>
public static class EvmReaderServiceCollectionExtensions
{
    /// <summary>
    /// Adds the service that reads L1: inputs, epochs, executed outputs, and the registration of applications (section
    /// <c>Services:EvmReader</c>). Needs <c>AddEthereum</c>, <c>AddRollupsPersistence</c> and <c>AddRollupsMessaging</c>. Load the
    /// <see cref="ChainPolicy"/> before the host starts.
    /// </summary>
    /// <exception cref="OperatorException">An option is out of its range.</exception>
    public static IServiceCollection AddEvmReader(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<EvmReaderOptions>(configuration.GetSection(EvmReaderOptions.Section));
        services.AddChainPolicy();
        services.TryAddSingleton(provider => new ChainIdentity(provider.GetRequiredService<ChainPolicy>().ChainId));
        services.AddSingleton<ReadingStates>();
        services.AddSingleton<ApplicationSight>();
        services.AddHealthChecks().AddCheck<L1ReadingHealthCheck>("l1-reading", tags: ["service:evm-reader"]);
        services.AddSingleton<ReaderMetrics>();
        services.AddSingleton<RegisterApplicationHandler>();
        services.AddCommands();
        // The stages of a pass, in their order.
        services.AddSingleton<ActiveReader>();
        services.AddSingleton<ObserveHead>();
        services.AddSingleton<ReadFacts>();
        services.AddSingleton<CheckHistory>();
        services.AddSingleton<ReadLogs>();
        services.AddSingleton<StoreChanges>();
        services.AddSingleton<ReadPass>();
        var service = services.AddPendingWork<ReadChain>("evm-reader", configuration);
        services.AddSingleton<OutboxWaits>();
        services.AddPendingWork<RemoveApplications>("evm-reader-removal", service);
        services.AddHostedService<WakeDrainedRemovals>();
        var events = service.Events;
        services.AddHostedService<WatchApplications>();
        if (events)
            services.AddHeadListener<FollowHeadForInputs>();
        return services.AddBusRegistration(bus =>
        {
            bus.AddConsumer<RegisterApplicationConsumer, RegisterApplicationConsumerDefinition>();
            bus.AddCommandConsumers();
            if (!events)
                return;
            bus.AddConsumer<ApplicationRegisteredConsumer, ApplicationRegisteredConsumerDefinition>();
            bus.AddConsumer<AppEnabledConsumer, AppEnabledConsumerDefinition>();
            bus.AddConsumer<AppDisabledConsumer, AppDisabledConsumerDefinition>();
            bus.AddConsumer<EpochInputsProcessedConsumer, EpochInputsProcessedConsumerDefinition>();
        });
    }
}
