using System.Net;

namespace Rollups.Hosting;

/// <summary>The running health listener.</summary>
public interface IHealthListener
{
    /// <summary>Address it listens at, with the actual port; null while it does not.</summary>
    IPEndPoint? EndPoint { get; }
}
