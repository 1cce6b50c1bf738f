using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rollups.Settings;

namespace Rollups.Messaging;

/// <summary>The chain that events refer to, for services that do not use L1 themselves.</summary>
/// <param name="ChainId">EIP-155 id.</param>
public sealed record ChainIdentity(ulong ChainId)
{
    /// <summary>Adds the identity from <c>Ethereum:ChainId</c>.</summary>
    /// <exception cref="OperatorException">The value is missing or not a chain id.</exception>
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var text = configuration["Ethereum:ChainId"] ?? "";
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var chainId) || chainId is 0 or > long.MaxValue)
            throw new OperatorException(
                $"Ethereum:ChainId is '{text}': give the EIP-155 id of the chain, such as 1 for mainnet or 31337 for Anvil."
            );
        services.TryAddSingleton(new ChainIdentity(chainId));
    }
}
