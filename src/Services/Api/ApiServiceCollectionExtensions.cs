using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Rollups.Api.Http;
using Rollups.Api.Rpc;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Api;

/// <summary>Adds the Api service to a host.</summary>
public static class ApiServiceCollectionExtensions
{
    /// <summary>
    /// Adds the read-only query API: JSON-RPC at /rpc, and the epochs' stories at /epochs. Needs the database and, from section
    /// <c>Ethereum</c>, only the chain id.
    /// </summary>
    /// <exception cref="OperatorException">The chain id is missing, or an option is out of its range.</exception>
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ChainIdentity.Add(services, configuration);
        services.AddValidatedOptions<ApiOptions>(configuration.GetSection(ApiOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
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
