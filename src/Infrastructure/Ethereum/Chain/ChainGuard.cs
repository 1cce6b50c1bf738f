namespace Rollups.Ethereum;

/// <summary>Refuses to work against another chain than the configured one.</summary>
public static class ChainGuard
{
    /// <summary>Asks the endpoint for its chain id.</summary>
    /// <exception cref="WrongChainException">It serves another chain.</exception>
    /// <exception cref="EthereumUnreachableException">It does not answer.</exception>
    public static async Task EnsureChainAsync(this IEthereumClient client, EthereumOptions options, CancellationToken cancellationToken)
    {
        var chainId = await client.GetChainIdAsync(cancellationToken);
        if (chainId != options.ChainId)
            throw new WrongChainException(
                $"Ethereum:ChainId is {options.ChainId}, but the endpoint {new Uri(options.HttpEndpoint).Authority} serves chain "
                    + $"{chainId}. Correct the id or the endpoint."
            );
    }
}

/// <summary>The endpoint, the configuration and the database do not speak of one chain.</summary>
public sealed class WrongChainException(string message) : Exception(message);
