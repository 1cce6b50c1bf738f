using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rollups.Ethereum;
using Rollups.EvmReader.Chain;
using Rollups.EvmReader.Consumers;
using Rollups.EvmReader.Epochs;
using Rollups.EvmReader.History;
using Rollups.EvmReader.Inputs;
using Rollups.EvmReader.Outputs;
using Rollups.EvmReader.Registration;
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
        services.TryAddSingleton(provider => new ChainIdentity(provider.GetRequiredService<ChainPolicy>().ChainId));
        services.AddSingleton<ActiveReader>();
        services.AddSingleton<ReaderCache>();
        services.AddSingleton<ReaderSight>();
        services.AddHealthChecks().AddCheck<ReaderSightHealthCheck>("l1-reading");
        services.AddSingleton<ReaderMetrics>();
        services.AddSingleton<ApplicationMetrics>();
        services.AddSingleton<HaltApplication>();
        services.AddSingleton<ReadChainFacts>();
        services.AddSingleton<ReadSeals>();
        services.AddSingleton<RecordSettlements>();
        services.AddSingleton<StoreInputs>();
        services.AddSingleton<CompareHistory>();
        services.AddSingleton<FindFork>();
        services.AddSingleton<HaltReplaced>();
        services.AddSingleton<ExamineHistory>();
        services.AddSingleton<CheckHistory>();
        services.AddSingleton<ScanInputs>();
        services.AddSingleton<MoveIdleCursors>();
        services.AddSingleton<StoreExecutions>();
        services.AddSingleton<WatchExecutions>();
        services.AddSingleton<TrackExecutedOutputs>();
        services.AddSingleton<InspectApplication>();
        services.AddSingleton<RegisterApplicationHandler>();
        var events = services.AddPendingWork<ReadInputs>("evm-reader", configuration).Events;
        services.AddHostedService<WatchApplications>();
        if (events)
            services.AddHeadListener<FollowHeadForInputs>();
        return services.AddBusRegistration(bus =>
        {
            bus.AddConsumer<RegisterApplicationConsumer, RegisterApplicationConsumerDefinition>();
            if (!events)
                return;
            bus.AddConsumer<ApplicationRegisteredConsumer, ApplicationRegisteredConsumerDefinition>();
            bus.AddConsumer<EpochInputsProcessedConsumer, EpochInputsProcessedConsumerDefinition>();
        });
    }
}
