using System.Net;

namespace Rollups.Api;

/// <summary>The running API.</summary>
public interface IApiListener
{
    /// <summary>Address of JSON-RPC, with the actual port; null while it does not listen.</summary>
    IPEndPoint? EndPoint { get; }

    /// <summary>
    /// Address of the live page, the push feed and the HTTP queries, with the actual port; null while it does not listen.
    /// </summary>
    IPEndPoint? WebEndPoint { get; }
}
