using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Prt.Consumers;

/// <summary>Wakes Prt when an application was enabled.</summary>
internal sealed class AppEnabledConsumer(IWorkRunner<ResolveTournamentEpochs> runner, ChainIdentity chain) : IConsumer<AppEnabled>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<AppEnabled> context) => runner.WakeAsync("prt", chain, context, context.Message);
}

/// <summary>Names the queue and its retry policy.</summary>
internal sealed class AppEnabledConsumerDefinition : ConsumerDefinition<AppEnabledConsumer>
{
    /// <summary>Queue <c>prt-app-enabled</c>.</summary>
    public AppEnabledConsumerDefinition(QueueNames? names = null) => EndpointName = (names ?? QueueNames.InMemory).Of("prt-app-enabled");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<AppEnabledConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
