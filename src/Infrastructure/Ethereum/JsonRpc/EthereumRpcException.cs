using Rollups.Settings;

namespace Rollups.Ethereum;

/// <summary>The L1 node answered with a JSON-RPC error, or with an invalid response.</summary>
public class EthereumRpcException : Exception, IOperatorFailure
{
    /// <param name="method">JSON-RPC method.</param>
    /// <param name="code">JSON-RPC error code, or null if the answer was not JSON-RPC.</param>
    /// <param name="message">The node's message, without the endpoint (its URL may carry a key).</param>
    /// <param name="innerException">Cause.</param>
    public EthereumRpcException(string method, int? code, string message, Exception? innerException = null)
        : base($"{method}: {message}{(code is null ? "" : $" (code {code})")}", innerException)
    {
        Method = method;
        Code = code;
        NodeMessage = message;
    }

    /// <summary>JSON-RPC method.</summary>
    public string Method { get; }

    /// <summary>JSON-RPC error code.</summary>
    public int? Code { get; }

    /// <summary>The node's own message.</summary>
    public string NodeMessage { get; }

    /// <inheritdoc />
    public string Sentence => $"The L1 endpoint refused a request at start: {Message} Check Ethereum:HttpEndpoint.";
}
