using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Advancer.Consumers;

/// <summary>New inputs are stored, or an epoch may be finished: look.</summary>
internal sealed class ApplicationEventConsumer(IWorkRunner<AdvanceInputs> runner, ChainIdentity chain)
    : IConsumer<InputReceived>,
        IConsumer<EpochClosed>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<InputReceived> context) => runner.WakeAsync("advancer", chain, context, context.Message);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<EpochClosed> context) => runner.WakeAsync("advancer", chain, context, context.Message);
}

/// <summary>
/// Gives each replica a queue of its own, <c>advancer-ID</c>: only the owner of an application can act on an event, and nobody knows which
/// replica that is. The queue goes with the replica. What was published while it was not bound is found by the look that follows each
/// binding.
/// </summary>
internal sealed class ApplicationEventConsumerDefinition : ConsumerDefinition<ApplicationEventConsumer>
{
    /// <summary>Queue <c>advancer-ID</c>, 32 hex digits of its own for each replica.</summary>
    public ApplicationEventConsumerDefinition() =>
        Endpoint(endpoint =>
        {
            endpoint.Name = $"advancer-{NewId.NextSequentialGuid():N}";
            endpoint.Temporary = true;
        });

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ApplicationEventConsumer> consumerConfigurator,
        IRegistrationContext context
    )
    {
        endpointConfigurator.UseRetries(context);
        endpointConfigurator.ConnectReceiveEndpointObserver(context.GetRequiredService<SyncOnQueueBound>());
        endpointConfigurator.UseServiceErrorQueue("advancer");
    }
}
