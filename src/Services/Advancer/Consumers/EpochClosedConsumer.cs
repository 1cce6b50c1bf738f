using MassTransit;
using Rollups.Contracts;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Advancer.Consumers;

/// <summary>The epoch may be finished: look.</summary>
internal sealed class EpochClosedConsumer(IWorkRunner<AdvanceInputs> runner) : IConsumer<EpochClosed>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<EpochClosed> context) =>
        runner.WakeAsync(new WorkKey(Address.Parse(context.Message.Application)), WorkTrigger.Event, context.CancellationToken);
}

/// <summary>Names the queue.</summary>
internal sealed class EpochClosedConsumerDefinition : ConsumerDefinition<EpochClosedConsumer>
{
    /// <summary>Queue <c>advancer-epoch-closed</c>.</summary>
    public EpochClosedConsumerDefinition() => EndpointName = "advancer-epoch-closed";
}
