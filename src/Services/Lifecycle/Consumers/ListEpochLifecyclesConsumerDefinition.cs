using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Lifecycle.Consumers;

/// <summary>The query's queue and its retry policy.</summary>
internal sealed class ListEpochLifecyclesConsumerDefinition : ConsumerDefinition<ListEpochLifecyclesConsumer>
{
    public ListEpochLifecyclesConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of(CommandQueues.ListEpochLifecycles);

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ListEpochLifecyclesConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
