using System.ComponentModel.DataAnnotations;
using System.Net;
using Rollups.Http;
using Rollups.Settings;

namespace Rollups.Hosting;

/// <summary>Section <c>Health</c>: the listener that answers /livez, /readyz and /metrics.</summary>
public sealed class HealthOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Health";

    /// <summary>Whether the process listens at all.</summary>
    /// <value>The default is true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Address to listen at; port 0 chooses a free one. The default is reachable only from this machine, <c>0.0.0.0:10000</c> also from
    /// others.
    /// </summary>
    /// <value>IP address and port; the default is 127.0.0.1:10000.</value>
    [Setting(Form = "IP address and port")]
    public string Address { get; set; } = "127.0.0.1:10000";

    /// <summary>
    /// Names under which the listener answers besides those of this machine itself (<c>localhost</c>, <c>127.0.0.1</c>), for a proxy that
    /// passes its own name on. On loopback, requests under any other name get HTTP 421, because a web page could make a name of its own
    /// resolve to this machine. On another address every name is answered unless some are listed.
    /// </summary>
    /// <value>Names, separated by commas; the default is none.</value>
    [Setting(Form = "names, separated by commas")]
    public string AllowedHosts { get; set; } = "";

    /// <summary>Time-out of each readiness check. All checks run at once; one that takes longer has failed.</summary>
    /// <value>Above zero, up to a minute; the default is 00:00:05.</value>
    [TimeRange("00:00:00", "00:01:00", MinimumIsExclusive = true)]
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal AllowedHosts Hosts => new($"{Section}:{nameof(AllowedHosts)}", AllowedHosts);

    internal IPEndPoint EndPoint => IPEndPoint.Parse(Address);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ListenAddress.Refuse($"{Section}:{nameof(Address)}", Address, 10000) is { } problem)
            yield return new ValidationResult(problem);
        if (Hosts.Refuse() is { } wrongHost)
            yield return new ValidationResult(wrongHost);
    }
}
