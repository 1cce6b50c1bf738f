using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Prt.Consumers;

/// <summary>Wakes Prt when a commitment was calculated, because it may join now.</summary>
internal sealed class EpochClaimCalculatedConsumer(IWorkRunner<ResolveTournamentEpochs> runner, ChainIdentity chain)
    : IConsumer<EpochClaimCalculated>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<EpochClaimCalculated> context) => runner.WakeAsync("prt", chain, context, context.Message);
}

/// <summary>Names the queue and its retry policy.</summary>
internal sealed class EpochClaimCalculatedConsumerDefinition : ConsumerDefinition<EpochClaimCalculatedConsumer>
{
    /// <summary>Queue <c>prt-epoch-claim-calculated</c>.</summary>
    public EpochClaimCalculatedConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of("prt-epoch-claim-calculated");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<EpochClaimCalculatedConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
