using System.Net;

namespace Rollups.Api;

/// <summary>The running API.</summary>
public interface IApiListener
{
    /// <summary>Address it listens at, with the actual port; null while it does not.</summary>
    IPEndPoint? EndPoint { get; }
}
