using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.EvmReader.Consumers;

/// <summary>Wakes the reader: outputs that were executed on L1 before the machine produced them here can now be recorded.</summary>
internal sealed class EpochInputsProcessedConsumer(IWorkRunner<ReadChain> runner) : IConsumer<EpochInputsProcessed>
{
    public Task Consume(ConsumeContext<EpochInputsProcessed> context) => runner.WakeAsync(WorkKey.Chain, context);
}

internal sealed class EpochInputsProcessedConsumerDefinition : ConsumerDefinition<EpochInputsProcessedConsumer>
{
    public EpochInputsProcessedConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of("evm-reader-epoch-inputs-processed");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<EpochInputsProcessedConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
