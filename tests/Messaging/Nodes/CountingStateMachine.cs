using MassTransit;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Messaging.Tests.Nodes;

/// <summary>A saga that every event changes: it counts them, one letter each, and announces each.</summary>
internal sealed class CountingStateMachine : MassTransitStateMachine<EpochLifecycleState>
{
    public CountingStateMachine()
    {
        InstanceState(saga => saga.CurrentState);
        Event(() => Closed, configure => configure.CorrelateById(context => EpochCorrelation.Id(context.Message)));
        Initially(
            When(Closed)
                .Then(context => Count(context))
                .PublishAsync(context => context.Init<EpochInputsProcessed>(Nodes.Events.Processed(context.Message)))
                .TransitionTo(Opened)
        );
        During(
            Opened,
            When(Closed)
                .Then(context => Count(context))
                .PublishAsync(context => context.Init<EpochInputsProcessed>(Nodes.Events.Processed(context.Message)))
        );
    }

    public State Opened { get; } = null!;

    public Event<EpochClosed> Closed { get; } = null!;

    private static void Count(BehaviorContext<EpochLifecycleState, EpochClosed> context)
    {
        context.Saga.ChainId = context.Message.ChainId;
        context.Saga.Application = Address.Parse(context.Message.Application);
        context.Saga.EpochIndex = context.Message.EpochIndex;
        context.Saga.RejectionReason += "x";
    }
}

/// <summary>The queue without a partitioner: events of one saga meet in the database.</summary>
internal sealed class CountingSagaDefinition : SagaDefinition<EpochLifecycleState>
{
    protected override void ConfigureSaga(
        IReceiveEndpointConfigurator endpointConfigurator,
        ISagaConfigurator<EpochLifecycleState> sagaConfigurator,
        IRegistrationContext context
    )
    {
        endpointConfigurator.UseRetries(context);
        endpointConfigurator.UseEntityFrameworkOutbox(context);
    }
}

/// <summary>The same queue without inbox and outbox.</summary>
internal sealed class PlainSagaDefinition : SagaDefinition<EpochLifecycleState>
{
    protected override void ConfigureSaga(
        IReceiveEndpointConfigurator endpointConfigurator,
        ISagaConfigurator<EpochLifecycleState> sagaConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
