using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Validator.Consumers;

/// <summary>Wakes the Validator when an application was enabled.</summary>
internal sealed class AppEnabledConsumer(IWorkRunner<CalculateClaims> runner, ChainIdentity chain) : IConsumer<AppEnabled>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<AppEnabled> context) => runner.WakeAsync("validator", chain, context, context.Message);
}

/// <summary>Names the queue and its retry policy.</summary>
internal sealed class AppEnabledConsumerDefinition : ConsumerDefinition<AppEnabledConsumer>
{
    /// <summary>Queue <c>validator-app-enabled</c>.</summary>
    public AppEnabledConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of("validator-app-enabled");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<AppEnabledConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
