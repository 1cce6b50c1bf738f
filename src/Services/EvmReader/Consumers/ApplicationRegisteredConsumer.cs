using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.EvmReader.Consumers;

/// <summary>Reads a new application at once, without waiting for the next head.</summary>
internal sealed class ApplicationRegisteredConsumer(IWorkRunner<ReadChain> runner) : IConsumer<AppRegistered>
{
    public Task Consume(ConsumeContext<AppRegistered> context) => runner.WakeAsync(WorkKey.Chain, context);
}

internal sealed class ApplicationRegisteredConsumerDefinition : ConsumerDefinition<ApplicationRegisteredConsumer>
{
    public ApplicationRegisteredConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of("evm-reader-app-registered");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ApplicationRegisteredConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
