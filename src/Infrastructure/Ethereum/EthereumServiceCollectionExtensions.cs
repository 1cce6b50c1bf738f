using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Rollups.Settings;

namespace Rollups.Ethereum;

/// <summary>Adds the L1 to a host.</summary>
public static class EthereumServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IEthereumClient"/>, <see cref="IHeadSource"/> and <see cref="EthereumOptions"/> (section <c>Ethereum</c>).
    /// </summary>
    /// <exception cref="OperatorException">An option is wrong.</exception>
    public static IServiceCollection AddEthereum(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<EthereumOptions>(configuration.GetSection(EthereumOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        var endpoint = services
            .AddHttpClient(
                JsonRpcTransport.ClientName,
                (provider, client) =>
                {
                    var address = EndpointAddress.Parse(provider.GetRequiredService<IOptions<EthereumOptions>>().Value.HttpEndpoint);
                    client.BaseAddress = address.Uri;
                    if (address.Authorization is { } authorization)
                        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(authorization);
                    client.Timeout = Timeout.InfiniteTimeSpan;
                }
            )
            .UseSocketsHttpHandler(
                (handler, _) =>
                {
                    handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
                    handler.AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli;
                    handler.AllowAutoRedirect = false;
                }
            )
            .RemoveAllLoggers();
        endpoint.AddResilienceHandler(
            "json-rpc",
            (pipeline, context) =>
                JsonRpcResilience.Configure(pipeline, context.ServiceProvider.GetRequiredService<IOptions<EthereumOptions>>().Value)
        );
        endpoint.AddHttpMessageHandler(() => new RedirectHandler());
        endpoint.AddHttpMessageHandler(provider => new BufferedResponseHandler(
            provider.GetRequiredService<IOptions<EthereumOptions>>().Value.MaxAnswerMegabytes * 1_000_000L
        ));
        services.TryAddSingleton<JsonRpcTransport>();
        services.TryAddSingleton<RpcBatches>();
        services.TryAddSingleton<LogRanges>();
        services.TryAddSingleton<IEthereumClient, EthereumClient>();
        services.TryAddSingleton<ChainPolicy>();
        services.TryAddSingleton<IHeadSource, HeadSource>();
        services.TryAddSingleton<FeeEstimator>();
        return services;
    }

    /// <summary>
    /// Adds a listener (singleton) and, once per host, the service that reads the head for all listeners. Without a listener nothing reads
    /// it. Needs <see cref="AddEthereum"/>.
    /// </summary>
    public static IServiceCollection AddHeadListener<TListener>(this IServiceCollection services)
        where TListener : class, IHeadListener
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHeadListener, TListener>());
        // Adds the service once, however often it is called.
        return services.AddHostedService<FollowHead>();
    }
}
