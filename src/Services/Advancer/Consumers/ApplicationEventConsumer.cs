using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Advancer.Consumers;

/// <summary>
/// Wakes the Advancer when an application was registered, whose machine may have to be up before any input, when inputs were stored or an
/// epoch was closed, and when an operator enabled or disabled the application: the run of a disabled one frees its machine and its lease.
/// </summary>
internal sealed class ApplicationEventConsumer(IWorkRunner<AdvanceInputs> runner, ChainIdentity chain)
    : IConsumer<AppRegistered>,
        IConsumer<InputReceived>,
        IConsumer<EpochClosed>,
        IConsumer<AppEnabled>,
        IConsumer<AppDisabled>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<AppRegistered> context) => runner.WakeAsync("advancer", chain, context, context.Message);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<InputReceived> context) => runner.WakeAsync("advancer", chain, context, context.Message);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<EpochClosed> context) => runner.WakeAsync("advancer", chain, context, context.Message);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<AppEnabled> context) => runner.WakeAsync("advancer", chain, context, context.Message);

    /// <inheritdoc />
    public Task Consume(ConsumeContext<AppDisabled> context) => runner.WakeAsync("advancer", chain, context, context.Message);
}

/// <summary>
/// Gives each replica its own queue, <c>advancer-ID</c>: only the owner of an application can act on an event, and the publisher does
/// not know which replica that is. The queue is removed with its replica. The sync after each binding finds what was published while
/// the queue was not bound.
/// </summary>
internal sealed class ApplicationEventConsumerDefinition : ConsumerDefinition<ApplicationEventConsumer>
{
    /// <summary>Queue <c>advancer-ID</c>, where ID is 32 hex digits unique to the replica.</summary>
    public ApplicationEventConsumerDefinition(QueueNames? names = null) =>
        Endpoint(endpoint =>
        {
            endpoint.Name = (names ?? QueueNames.InMemory).Of($"advancer-{NewId.NextSequentialGuid():N}");
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
        endpointConfigurator.UseServiceErrorQueue("advancer", context.GetRequiredService<QueueNames>());
    }
}
