using System.Net;

namespace Rollups.Hosting;

/// <summary>The running health listener.</summary>
public interface IHealthListener
{
    /// <summary>Where it listens, with the real port; null while it does not.</summary>
    IPEndPoint? EndPoint { get; }
}
