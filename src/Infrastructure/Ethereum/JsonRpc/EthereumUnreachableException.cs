using Rollups.Settings;

namespace Rollups.Ethereum;

/// <summary>The L1 node did not answer within the retries.</summary>
/// <param name="method">JSON-RPC method.</param>
/// <param name="host">Host and port only: the path or the query of an endpoint may carry a key.</param>
/// <param name="innerException">Cause.</param>
public sealed class EthereumUnreachableException(string method, string host, Exception innerException)
    : Exception(
        $"{method}: the L1 endpoint {host} cannot be reached ({innerException.Message}). Check Ethereum:HttpEndpoint and that the node "
            + $"there is running.",
        innerException
    ),
        IOperatorFailure
{
    /// <inheritdoc />
    public string Sentence => Message;
}
