using Rollups.Settings;

namespace Rollups.Ethereum;

/// <summary>Refuses to run against a chain other than the configured one.</summary>
public static class ChainGuard
{
    /// <summary>Checks the endpoint's chain id.</summary>
    /// <exception cref="OperatorException">It serves another chain.</exception>
    /// <exception cref="EthereumUnreachableException">It does not answer.</exception>
    public static async Task EnsureChainAsync(this IEthereumClient client, EthereumOptions options, CancellationToken cancellationToken)
    {
        var chainId = await client.GetChainIdAsync(cancellationToken);
        if (chainId != options.ChainId)
            throw new OperatorException(
                $"Ethereum:ChainId is {options.ChainId}, but the endpoint {new Uri(options.HttpEndpoint).Authority} serves chain "
                    + $"{chainId}. Correct the id or the endpoint."
            );
    }
}
