using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Chain;

/// <summary>Adds what every process that uses L1 has, and no other.</summary>
public static class ChainServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="LoadChainPolicy"/> and <see cref="FollowChainPolicy"/>, once per host, for each service that relies on <see
    /// cref="ChainPolicy"/>. Needs <c>AddEthereum</c>, <c>AddRollupsPersistence</c> and <c>AddRollupsMessaging</c>.
    /// </summary>
    public static IServiceCollection AddChainPolicy(this IServiceCollection services)
    {
        services.TryAddSingleton<LoadChainPolicy>();
        services.TryAddSingleton<FollowChainPolicy>();
        return services;
    }

    /// <summary>Makes readiness depend on the L1 endpoint; for processes that read or write the chain.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="readers">Those of the node's services that need L1.</param>
    public static IServiceCollection AddEthereumHealth(this IServiceCollection services, params IEnumerable<string> readers)
    {
        services.AddHealthChecks().AddCheck<EthereumHealthCheck>("l1", tags: ServiceTag.Of(readers));
        return services;
    }
}
