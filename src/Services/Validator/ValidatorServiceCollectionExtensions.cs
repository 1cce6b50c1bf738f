using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Messaging;
using Rollups.Settings;
using Rollups.Validator.Consumers;

namespace Rollups.Validator;

/// <summary>Adds the Validator to a host.</summary>
public static class ValidatorServiceCollectionExtensions
{
    /// <summary>Adds its work (section <c>Services:Validator</c>) and, unless events are off, its consumers.</summary>
    /// <exception cref="OperatorException">An option is out of its range.</exception>
    public static IServiceCollection AddValidator(this IServiceCollection services, IConfiguration configuration)
    {
        ChainIdentity.Add(services, configuration);
        if (services.AddPendingWork<CalculateClaims>("validator", configuration).Events)
            services.AddBusRegistration(bus =>
            {
                bus.AddConsumer<EpochInputsProcessedConsumer, EpochInputsProcessedConsumerDefinition>();
                bus.AddConsumer<AppEnabledConsumer, AppEnabledConsumerDefinition>();
            });
        return services;
    }
}
