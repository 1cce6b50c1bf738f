using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Validator.Consumers;

/// <summary>Wakes the Validator when an epoch's outputs are complete.</summary>
internal sealed class EpochInputsProcessedConsumer(IWorkRunner<CalculateClaims> runner, ChainIdentity chain)
    : IConsumer<EpochInputsProcessed>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<EpochInputsProcessed> context) => runner.WakeAsync("validator", chain, context, context.Message);
}

/// <summary>Names the queue and its retry policy.</summary>
internal sealed class EpochInputsProcessedConsumerDefinition : ConsumerDefinition<EpochInputsProcessedConsumer>
{
    /// <summary>Queue <c>validator-epoch-inputs-processed</c>.</summary>
    public EpochInputsProcessedConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of("validator-epoch-inputs-processed");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<EpochInputsProcessedConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
