using System.Net;

namespace Rollups.Hosting;

/// <summary>Section <c>Health</c>: the listener that answers /livez, /readyz and /metrics.</summary>
public sealed class HealthOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Health";

    /// <summary>False: the process does not listen at all.</summary>
    /// <value>The default is true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>IP address and port to listen on; port 0 takes a free one.</summary>
    /// <value>The default is 127.0.0.1:10000: seen from this machine alone.</value>
    public string Address { get; set; } = "127.0.0.1:10000";

    /// <summary>Time for each readiness check, which all run at once; one that takes longer has failed.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal IPEndPoint EndPoint => IPEndPoint.Parse(Address);

    internal IEnumerable<string> Problems()
    {
        // IPEndPoint.TryParse takes a bare address as port 0, which is hardly ever meant.
        if (!IPEndPoint.TryParse(Address, out var endPoint) || (endPoint.Port == 0 && !Address.EndsWith(":0", StringComparison.Ordinal)))
            yield return $"Health:Address is '{Address}': give an IP address and a port, such as 127.0.0.1:10000 or 0.0.0.0:10000.";
        if (CheckTimeout <= TimeSpan.Zero || CheckTimeout > TimeSpan.FromMinutes(1))
            yield return $"Health:CheckTimeout is {CheckTimeout}: give a time above zero and up to a minute, such as 00:00:05.";
    }
}
