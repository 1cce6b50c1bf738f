using MassTransit;
using Rollups.Contracts;
using Rollups.EvmReader.Commands;
using Rollups.Messaging;

namespace Rollups.EvmReader.Consumers;

/// <summary>Wakes the removal, which does nothing with an application that is only disabled.</summary>
internal sealed class AppDisabledConsumer(IWorkRunner<RemoveApplications> runner, ChainIdentity chain) : IConsumer<AppDisabled>
{
    public Task Consume(ConsumeContext<AppDisabled> context) => runner.WakeAsync("evm-reader", chain, context, context.Message);
}

/// <summary>Names the queue and its retry policy.</summary>
internal sealed class AppDisabledConsumerDefinition : ConsumerDefinition<AppDisabledConsumer>
{
    /// <summary>Queue <c>evm-reader-app-disabled</c>.</summary>
    public AppDisabledConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of("evm-reader-app-disabled");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<AppDisabledConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
