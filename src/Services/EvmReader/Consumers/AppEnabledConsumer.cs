using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.EvmReader.Consumers;

/// <summary>Reads at once, without waiting for the next head, when an application was enabled.</summary>
internal sealed class AppEnabledConsumer(IWorkRunner<ReadChain> runner) : IConsumer<AppEnabled>
{
    public Task Consume(ConsumeContext<AppEnabled> context) => runner.WakeAsync(WorkKey.Chain, context);
}

/// <summary>Names the queue and its retry policy.</summary>
internal sealed class AppEnabledConsumerDefinition : ConsumerDefinition<AppEnabledConsumer>
{
    /// <summary>Queue <c>evm-reader-app-enabled</c>.</summary>
    public AppEnabledConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of("evm-reader-app-enabled");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<AppEnabledConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
