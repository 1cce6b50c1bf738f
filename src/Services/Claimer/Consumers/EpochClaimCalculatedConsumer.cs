using MassTransit;
using Rollups.Contracts;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Claimer.Consumers;

/// <summary>A claim is known: look.</summary>
internal sealed class EpochClaimCalculatedConsumer(IWorkRunner<SettleClaims> runner) : IConsumer<EpochClaimCalculated>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<EpochClaimCalculated> context) =>
        runner.WakeAsync(new WorkKey(Address.Parse(context.Message.Application)), WorkTrigger.Event, context.CancellationToken);
}

/// <summary>Names the queue.</summary>
internal sealed class EpochClaimCalculatedConsumerDefinition : ConsumerDefinition<EpochClaimCalculatedConsumer>
{
    /// <summary>Queue <c>claimer-epoch-claim-calculated</c>.</summary>
    public EpochClaimCalculatedConsumerDefinition() => EndpointName = "claimer-epoch-claim-calculated";
}
