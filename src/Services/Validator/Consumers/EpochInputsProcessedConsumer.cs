using MassTransit;
using Rollups.Contracts;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Validator.Consumers;

/// <summary>An epoch's outputs are complete: look.</summary>
internal sealed class EpochInputsProcessedConsumer(IWorkRunner<CalculateClaims> runner) : IConsumer<EpochInputsProcessed>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<EpochInputsProcessed> context) =>
        runner.WakeAsync(new WorkKey(Address.Parse(context.Message.Application)), WorkTrigger.Event, context.CancellationToken);
}

/// <summary>Names the queue.</summary>
internal sealed class EpochInputsProcessedConsumerDefinition : ConsumerDefinition<EpochInputsProcessedConsumer>
{
    /// <summary>Queue <c>validator-epoch-inputs-processed</c>.</summary>
    public EpochInputsProcessedConsumerDefinition() => EndpointName = "validator-epoch-inputs-processed";
}
