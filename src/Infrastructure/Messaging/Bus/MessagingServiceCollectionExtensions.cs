using MassTransit;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Rollups.Contracts;
using Rollups.Persistence;
using Rollups.Settings;

namespace Rollups.Messaging;

/// <summary>Adds the bus to a host.</summary>
public static class MessagingServiceCollectionExtensions
{
    /// <summary>Stores a service's registrations (consumers, sagas) until <see cref="AddRollupsMessaging"/> builds the bus.</summary>
    public static IServiceCollection AddBusRegistration(
        this IServiceCollection services,
        Action<IBusRegistrationConfigurator> configure
    ) => services.AddSingleton(new BusRegistration(configure));

    /// <summary>
    /// Adds the bus with everything registered before, the outbox with its dispatcher, and <see cref="IUnitOfWork"/>. Call it last, so that
    /// the bus stops first.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">Configuration with section <c>Messaging</c>.</param>
    /// <param name="measured">
    /// Services whose queues are measured, including those that run elsewhere, because a service that is down cannot report its own queue.
    /// Null for the services of this host.
    /// </param>
    /// <exception cref="OperatorException">A value of section <c>Messaging</c> is wrong.</exception>
    public static IServiceCollection AddRollupsMessaging(
        this IServiceCollection services,
        IConfiguration configuration,
        IReadOnlyCollection<string>? measured = null
    )
    {
        var options = services.AddValidatedOptions<MessagingOptions>(configuration.GetSection(MessagingOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<OutboxLanes>();
        services.AddSingleton<OutboxSweepPace>();
        services.AddSingleton<IOutboxSight>(provider => provider.GetRequiredService<OutboxSweepPace>());
        services.AddSingleton(options.RabbitMq);
        var names = QueueNames.By(options);
        services.AddSingleton(names);
        services.AddSingleton<BrokerState>();
        services.AddSingleton<NodeMeters>();
        services.AddSingleton<BusStartedCheck>();
        services.AddSingleton<OutboxMonitor>();
        services.AddSingleton<IOutboxMonitor>(provider => provider.GetRequiredService<OutboxMonitor>());
        services.AddScoped<OutboxCapture>();
        services.AddScoped<IInterceptor, OutboxInterceptor>();
        services.AddScoped<IOutboxContextFactory<RollupsDbContext>, EntityFrameworkOutboxContextFactory>();
        services.AddSingleton<IUnitOfWork, UnitOfWork>();
        // For consumers that use the outbox: their scope has the open transaction.
        services.AddScoped(provider => new EpochTransitions(
            provider.GetRequiredService<RollupsDbContext>(),
            provider.GetRequiredService<IPublishEndpoint>(),
            provider.GetRequiredService<ChainIdentity>()
        ));
        services.AddPrivateBus(bus =>
        {
            bus.SetKebabCaseEndpointNameFormatter();
            bus.AddConsumeObserver<EventLatencyObserver>();
            bus.AddRequestClient<RegisterApplication>(names.AddressOf(CommandQueues.RegisterApplication));
            bus.AddRequestClient<EnableApplication>(names.AddressOf(CommandQueues.EnableApplication));
            bus.AddRequestClient<DisableApplication>(names.AddressOf(CommandQueues.DisableApplication));
            bus.AddRequestClient<SetExecutionParameters>(names.AddressOf(CommandQueues.SetExecutionParameters));
            bus.AddRequestClient<RemoveApplication>(names.AddressOf(CommandQueues.RemoveApplication));
            bus.AddRequestClient<GetEpochLifecycle>(names.AddressOf(CommandQueues.GetEpochLifecycle));
            bus.AddRequestClient<ListEpochLifecycles>(names.AddressOf(CommandQueues.ListEpochLifecycles));
            bus.AddRequestClient<GetStuckEpochs>(names.AddressOf(CommandQueues.GetStuckEpochs));
            // Without its broker the node still works by its fallback syncs: degraded, not out of service.
            bus.ConfigureHealthCheckOptions(check => check.MinimalFailureStatus = HealthStatus.Degraded);
            foreach (
                var registration in services
                    .Where(service => service.ServiceType == typeof(BusRegistration))
                    .Select(service => (BusRegistration)service.ImplementationInstance!)
                    .ToList()
            )
                registration.Configure(bus);
            if (options.Transport == "rabbitmq")
                UseRabbitMq(bus, options.RabbitMq);
            else
                bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
        });
        services.ReplaceScoped<IScopedBusContextProvider<IBus>, OutboxScopedBusContextProvider>();
        // A broker that is down must not keep the node from starting: the fallback syncs work without it.
        services.Configure<MassTransitHostOptions>(host => host.WaitUntilStarted = false);
        services
            .AddHealthChecks()
            .AddCheck<BusStartedCheck>("bus-started", tags: ["ready"])
            .AddCheck<BrokerState>("broker", tags: ["ready"]);
        services.PostConfigure<HealthCheckServiceOptions>(BusConnectionCheck.ReplaceIn);
        services.AddHostedService(provider => provider.GetRequiredService<BusStartedCheck>());
        if (options.Transport == "rabbitmq")
            services.AddHostedService<BrokerWatch>();
        services.AddHostedService<OutboxDispatcher>();
        services.AddHostedService<InboxCleanup>();
        if (options is { Transport: "rabbitmq", RabbitMq.ManagementAddress.Length: > 0 })
            AddQueueMetrics(services, options.RabbitMq, measured);
        return services;
    }

    private static void AddQueueMetrics(IServiceCollection services, RabbitMqOptions options, IReadOnlyCollection<string>? measured)
    {
        services.AddSingleton(_ => new ManagementApi(options));
        services.AddSingleton<QueueMetrics>();
        services.AddHostedService(provider => new QueueMonitor(
            provider.GetRequiredService<ManagementApi>(),
            provider.GetRequiredService<QueueMetrics>(),
            measured ?? [.. provider.GetServices<FallbackSync>().Select(sync => sync.Service)],
            provider.GetRequiredService<QueueNames>(),
            options.ManagementInterval,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<QueueMonitor>>()
        ));
    }

    private static void UseRabbitMq(IBusRegistrationConfigurator bus, RabbitMqOptions options)
    {
        if (options.QueueType == "quorum")
            bus.AddConfigureEndpointsCallback(
                (_, name, endpoint) =>
                {
                    // A quorum queue is always durable, so a replica's own queue cannot be one. The error queues take the type over.
                    if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit && !QueueNames.IsOfReplica(name))
                        rabbit.SetQuorumQueue();
                }
            );
        bus.UsingRabbitMq(
            (context, rabbit) =>
            {
                rabbit.UseNodeBroker(options);
                rabbit.PrefetchCount = options.Prefetch;
                rabbit.UseTimestamps(context.GetRequiredService<TimeProvider>());
                rabbit.ConfigureEndpoints(context);
            }
        );
    }

    private sealed record BusRegistration(Action<IBusRegistrationConfigurator> Configure);
}
