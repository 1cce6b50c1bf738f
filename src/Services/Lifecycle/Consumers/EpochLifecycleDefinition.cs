using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Lifecycle.Consumers;

/// <summary>The saga's queue: all epoch events go to lifecycle-epoch.</summary>
internal sealed class EpochLifecycleDefinition : SagaDefinition<EpochLifecycleState>
{
    private const int Partitions = 16;

    public EpochLifecycleDefinition(QueueNames? names = null) => EndpointName = (names ?? QueueNames.InMemory).Of("lifecycle-epoch");

    /// <summary>
    /// Events of one epoch arrive within milliseconds of each other. This process handles them one at a time, so they do not conflict
    /// in the database; between processes, the row lock and the version decide.
    /// </summary>
    protected override void ConfigureSaga(
        IReceiveEndpointConfigurator endpointConfigurator,
        ISagaConfigurator<EpochLifecycleState> sagaConfigurator,
        IRegistrationContext context
    )
    {
        endpointConfigurator.UseRetries(context);
        var lanes = endpointConfigurator.CreatePartitioner(Partitions);
        OneByOne<EpochOpened>();
        OneByOne<EpochClosed>();
        OneByOne<EpochInputsProcessed>();
        OneByOne<EpochClaimCalculated>();
        OneByOne<EpochClaimSubmitted>();
        OneByOne<EpochClaimAccepted>();
        OneByOne<EpochClaimRejected>();
        OneByOne<EpochClaimReverted>();
        endpointConfigurator.UseConsumeFilter(typeof(ConfirmedEvents<>), context);
        endpointConfigurator.UseEntityFrameworkOutbox(context);

        void OneByOne<TEvent>()
            where TEvent : class, IEpochEvent =>
            endpointConfigurator.UsePartitioner<TEvent>(lanes, message => EpochCorrelation.Id(message.Message));
    }
}
