namespace Rollups.Api.Rpc;

/// <summary>A request that is answered with an error.</summary>
/// <param name="code">One of <see cref="RpcErrors"/>.</param>
/// <param name="message">What is wrong and, if the client can do something, the remedy.</param>
internal sealed class RpcException(int code, string message) : Exception(message)
{
    /// <summary>JSON-RPC error code.</summary>
    public int Code => code;
}
