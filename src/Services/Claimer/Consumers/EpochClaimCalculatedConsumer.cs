using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Claimer.Consumers;

/// <summary>Wakes the Claimer when a claim was calculated.</summary>
internal sealed class EpochClaimCalculatedConsumer(IWorkRunner<SettleClaims> runner, ChainIdentity chain) : IConsumer<EpochClaimCalculated>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<EpochClaimCalculated> context) => runner.WakeAsync("claimer", chain, context, context.Message);
}

/// <summary>Names the queue and its retry policy.</summary>
internal sealed class EpochClaimCalculatedConsumerDefinition : ConsumerDefinition<EpochClaimCalculatedConsumer>
{
    /// <summary>Queue <c>claimer-epoch-claim-calculated</c>.</summary>
    public EpochClaimCalculatedConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of("claimer-epoch-claim-calculated");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<EpochClaimCalculatedConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
