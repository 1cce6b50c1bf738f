using System.ComponentModel.DataAnnotations;
using System.Net;
using Rollups.Http;
using Rollups.Settings;

namespace Rollups.Advancer.Inspect;

/// <summary>
/// Section <c>Inspect</c>: the listener that answers <c>POST /inspect/APPLICATION</c>, in processes that run the Advancer.
/// </summary>
public sealed class InspectOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Inspect";

    /// <summary>Whether the process listens at all.</summary>
    /// <value>The default is true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Address to listen at; port 0 chooses a free one. The default is reachable only from this machine, <c>0.0.0.0:10012</c> also from
    /// others.
    /// </summary>
    /// <value>IP address and port; the default is 127.0.0.1:10012.</value>
    [Setting(Form = "IP address and port")]
    public string Address { get; set; } = "127.0.0.1:10012";

    /// <summary>
    /// Names under which the listener answers besides those of this machine itself (<c>localhost</c>, <c>127.0.0.1</c>), for a proxy that
    /// passes its own name on. On loopback, requests under any other name get HTTP 421, because a web page could make a name of its own
    /// resolve to this machine. On another address every name is answered unless some are listed.
    /// </summary>
    /// <value>Names, separated by commas; the default is none.</value>
    [Setting(Form = "names, separated by commas")]
    public string AllowedHosts { get; set; } = "";

    /// <summary>Queries that the process answers at once; it refuses more with 503.</summary>
    /// <value>1 to 10000 queries; the default is 64.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "queries")]
    public int MaxConcurrent { get; set; } = 64;

    /// <summary>
    /// Queries to one application that are answered or wait at once; the process refuses more with 503. An application's execution
    /// parameters may set a smaller number.
    /// </summary>
    /// <value>1 to 10000 queries; the default is 10.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "queries")]
    public int MaxConcurrentPerApplication { get; set; } = 10;

    /// <summary>How long a query may take, the wait for its turn and for its machine included.</summary>
    /// <value>Above zero, up to an hour; the default is 00:03:30.</value>
    [TimeRange("00:00:00", "01:00:00", MinimumIsExclusive = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(210);

    internal AllowedHosts Hosts => new($"{Section}:{nameof(AllowedHosts)}", AllowedHosts);

    internal IPEndPoint EndPoint => IPEndPoint.Parse(Address);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // IPEndPoint.TryParse reads a bare address as port 0, which is hardly ever meant.
        if (!IPEndPoint.TryParse(Address, out var endPoint) || (endPoint.Port == 0 && !Address.EndsWith(":0", StringComparison.Ordinal)))
            yield return new ValidationResult(
                $"Inspect:Address is '{Address}': give an IP address and a port, such as 127.0.0.1:10012 or 0.0.0.0:10012."
            );
        if (Hosts.Refuse() is { } wrongHost)
            yield return new ValidationResult(wrongHost);
    }
}
