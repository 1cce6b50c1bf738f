using MassTransit;
using Rollups.Contracts;

namespace Rollups.Lifecycle.Consumers;

/// <summary>The query's queue.</summary>
internal sealed class GetEpochLifecycleConsumerDefinition : ConsumerDefinition<GetEpochLifecycleConsumer>
{
    public GetEpochLifecycleConsumerDefinition() => EndpointName = CommandQueues.GetEpochLifecycle;
}
