using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>The outbox and the saga store under the names that MassTransit's Entity Framework package uses.</summary>
public static class MessagingConfigurationExtensions
{
    /// <summary>
    /// Each message of the endpoint is one transaction: inbox row, state, and what the consumer publishes. Call it after the retry policy.
    /// </summary>
    public static void UseEntityFrameworkOutbox(this IReceiveEndpointConfigurator configurator, IRegistrationContext context)
    {
        var observer = new OutboxConsumePipeSpecificationObserver<RollupsDbContext>(configurator, context);
        configurator.ConnectConsumerConfigurationObserver(observer);
        configurator.ConnectSagaConfigurationObserver(observer);
    }

    /// <summary>Stores the saga's instances in <see cref="RollupsDbContext"/>.</summary>
    public static ISagaRegistrationConfigurator<TSaga> EntityFrameworkRepository<TSaga>(
        this ISagaRegistrationConfigurator<TSaga> configurator
    )
        where TSaga : class, ISaga =>
        configurator.Repository(services =>
        {
            services.RegisterLoadSagaRepository<TSaga, EntityFrameworkSagaRepositoryContextFactory<TSaga>>();
            services.RegisterQuerySagaRepository<TSaga, EntityFrameworkSagaRepositoryContextFactory<TSaga>>();
            services.RegisterSagaRepository<
                TSaga,
                RollupsDbContext,
                SagaConsumeContextFactory<RollupsDbContext, TSaga>,
                EntityFrameworkSagaRepositoryContextFactory<TSaga>
            >();
        });
}
