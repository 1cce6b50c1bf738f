using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Prt.Consumers;

/// <summary>Wakes Prt when an epoch was sealed, because that settles the one before.</summary>
internal sealed class EpochClosedConsumer(IWorkRunner<ResolveTournamentEpochs> runner, ChainIdentity chain) : IConsumer<EpochClosed>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<EpochClosed> context) => runner.WakeAsync("prt", chain, context, context.Message);
}

/// <summary>Names the queue and its retry policy.</summary>
internal sealed class EpochClosedConsumerDefinition : ConsumerDefinition<EpochClosedConsumer>
{
    /// <summary>Queue <c>prt-epoch-closed</c>.</summary>
    public EpochClosedConsumerDefinition(QueueNames? names = null) => EndpointName = (names ?? QueueNames.InMemory).Of("prt-epoch-closed");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<EpochClosedConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
