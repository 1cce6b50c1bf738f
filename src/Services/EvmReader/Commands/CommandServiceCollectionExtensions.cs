using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.EvmReader.Consumers;

namespace Rollups.EvmReader.Commands;

/// <summary>Adds what operators do with registered applications.</summary>
internal static class CommandServiceCollectionExtensions
{
    public static IServiceCollection AddCommands(this IServiceCollection services)
    {
        services.AddScoped<NamedApplication>();
        services.AddScoped<EnableApplicationHandler>();
        services.AddScoped<DisableApplicationHandler>();
        services.AddScoped<SetExecutionParametersHandler>();
        services.AddScoped<RemoveApplicationHandler>();
        return services;
    }

    public static void AddCommandConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<EnableApplicationConsumer, EnableApplicationConsumerDefinition>();
        bus.AddConsumer<DisableApplicationConsumer, DisableApplicationConsumerDefinition>();
        bus.AddConsumer<SetExecutionParametersConsumer, SetExecutionParametersConsumerDefinition>();
        bus.AddConsumer<RemoveApplicationConsumer, RemoveApplicationConsumerDefinition>();
    }
}
