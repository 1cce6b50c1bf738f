using System.Globalization;
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
    /// Adds the saga of every epoch, its reconciliation with the epochs table, and the query GetEpochLifecycle. Needs the database and the bus,
    /// and of section <c>Ethereum</c> only the chain id.
    /// </summary>
    public static IServiceCollection AddLifecycle(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<LifecycleOptions>()
            .Bind(configuration.GetSection(LifecycleOptions.Section))
            .Configure(options => options.ChainId = ChainIdOf(configuration))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<LifecycleOptions>, LifecycleOptionsValidator>();
        var service = services.AddPendingWork<ReconcileLifecycles>("lifecycle", configuration);
        services.AddBusRegistration(bus =>
        {
            if (service.Events)
                bus.AddSagaStateMachine<EpochLifecycleStateMachine, EpochLifecycleState, EpochLifecycleDefinition>().EntityFrameworkRepository();
            bus.AddConsumer<GetEpochLifecycleConsumer, GetEpochLifecycleConsumerDefinition>();
        });
        return services;
    }

    // 0 is refused by the options with a sentence that names the key.
    private static long ChainIdOf(IConfiguration configuration) =>
        long.TryParse(configuration["Ethereum:ChainId"], NumberStyles.None, CultureInfo.InvariantCulture, out var chainId) ? chainId : 0;
}
