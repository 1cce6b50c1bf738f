using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Http;
using Rollups.Machines;
using Rollups.Settings;

namespace Rollups.Advancer.Inspect;

/// <summary>The running inspect listener.</summary>
public interface IInspectListener
{
    /// <summary>Address it listens at, with the actual port; null while it does not.</summary>
    IPEndPoint? EndPoint { get; }
}
