using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Prt.Consumers;

/// <summary>An epoch was sealed: with it the one before was settled.</summary>
internal sealed class EpochClosedConsumer(IWorkRunner<ResolveTournamentEpochs> runner, ChainIdentity chain) : IConsumer<EpochClosed>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<EpochClosed> context) => runner.WakeAsync("prt", chain, context, context.Message);
}

/// <summary>Names the queue and its retry policy.</summary>
internal sealed class EpochClosedConsumerDefinition : ConsumerDefinition<EpochClosedConsumer>
{
    /// <summary>Queue <c>prt-epoch-closed</c>.</summary>
    public EpochClosedConsumerDefinition() => EndpointName = "prt-epoch-closed";

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<EpochClosedConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
