using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Rollups.Api.Feed;
using Rollups.Api.Http;
using Rollups.Api.Page;
using Rollups.Api.Pipeline;
using Rollups.Api.Rpc;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Api;

/// <summary>Adds the Api service to a host.</summary>
public static class ApiServiceCollectionExtensions
{
    /// <summary>
    /// Adds the read-only API: JSON-RPC at /rpc; the live page, the push feed at /events, the epochs' stories at /epochs and the pipeline's
    /// figures at /pipeline. Needs the database, the bus and, from section <c>Ethereum</c>, only the chain id.
    /// </summary>
    /// <exception cref="OperatorException">The chain id is missing, or an option is out of its range.</exception>
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ChainIdentity.Add(services, configuration);
        services.AddValidatedOptions<ApiOptions>(configuration.GetSection(ApiOptions.Section));
        services.AddValidatedOptions<FeedOptions>(configuration.GetSection(FeedOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<FeedWakeUp>();
        services.AddSingleton<FeedStore>();
        services.AddSingleton<FeedReads>();
        services.AddSingleton<FeedRecorder>();
        services.AddHostedService(provider => provider.GetRequiredService<FeedRecorder>());
        services.AddSingleton<FeedDeliveries>();
        services.AddSingleton<FeedHub>();
        services.AddHostedService(provider => provider.GetRequiredService<FeedHub>());
        services.AddSingleton<FeedTrim>();
        services.AddHostedService(provider => provider.GetRequiredService<FeedTrim>());
        services.AddBusRegistration(bus => bus.AddConsumer<RecordEventsConsumer, RecordEventsConsumerDefinition>());
        services.AddSingleton<ReadPipeline>();
        services.AddSingleton<PipelineEndpoint>();
        services.AddSingleton<EventsEndpoint>();
        services.AddSingleton<PageFiles>();
        services.AddSingleton<RpcMethods>();
        services.AddSingleton<RpcProcessor>();
        services.AddSingleton<BearerToken>();
        services.AddSingleton<ApiGate>();
        services.AddSingleton<RpcEndpoint>();
        services.AddSingleton<EpochEndpoints>();
        services.AddSingleton<ApiListener>();
        services.AddSingleton<IApiListener>(provider => provider.GetRequiredService<ApiListener>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ApiListener>());
        return services;
    }
}
