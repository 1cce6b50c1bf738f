using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Lifecycle.Consumers;

/// <summary>The query's queue and its retry policy.</summary>
internal sealed class GetStuckEpochsConsumerDefinition : ConsumerDefinition<GetStuckEpochsConsumer>
{
    public GetStuckEpochsConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of(CommandQueues.GetStuckEpochs);

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<GetStuckEpochsConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
