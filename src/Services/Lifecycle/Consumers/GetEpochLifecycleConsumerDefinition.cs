using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Lifecycle.Consumers;

/// <summary>The query's queue and its retry policy.</summary>
internal sealed class GetEpochLifecycleConsumerDefinition : ConsumerDefinition<GetEpochLifecycleConsumer>
{
    public GetEpochLifecycleConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of(CommandQueues.GetEpochLifecycle);

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<GetEpochLifecycleConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
