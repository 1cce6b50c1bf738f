using MassTransit;

namespace Rollups.Lifecycle.Consumers;

/// <summary>The query's queue.</summary>
internal sealed class GetEpochLifecycleConsumerDefinition : ConsumerDefinition<GetEpochLifecycleConsumer>
{
    public GetEpochLifecycleConsumerDefinition() => EndpointName = "lifecycle-get-epoch-lifecycle";
}
