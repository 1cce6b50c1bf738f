using System.ComponentModel.DataAnnotations;
using System.Net;
using Rollups.Http;
using Rollups.Settings;

namespace Rollups.Api;

/// <summary>Section <c>Api</c>: the read-only query API.</summary>
public sealed class ApiOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Api";

    /// <summary>
    /// Address of JSON-RPC and of the epochs' stories; port 0 chooses a free one. The default is reachable only from this machine,
    /// <c>0.0.0.0:10011</c> also from others: set <see cref="TokenFile"/> then, or put a proxy in front.
    /// </summary>
    /// <value>IP address and port; the default is 127.0.0.1:10011.</value>
    [Setting(Form = "IP address and port")]
    public string Address { get; set; } = "127.0.0.1:10011";

    /// <summary>
    /// Address of the live page, the push feed and the HTTP queries; port 0 chooses a free one. As with <see cref="Address"/>, the default
    /// is reachable only from this machine.
    /// </summary>
    /// <value>IP address and port; the default is 127.0.0.1:10010.</value>
    [Setting(Form = "IP address and port")]
    public string WebAddress { get; set; } = "127.0.0.1:10010";

    /// <summary>
    /// Names under which the listener answers besides those of this machine itself (<c>localhost</c>, <c>127.0.0.1</c>), for a proxy that
    /// passes its own name on. On loopback, requests under any other name get HTTP 421, because a web page could make a name of its own
    /// resolve to this machine. On another address every name is answered unless some are listed.
    /// </summary>
    /// <value>Names, separated by commas; the default is none.</value>
    [Setting(Form = "names, separated by commas")]
    public string AllowedHosts { get; set; } = "";

    /// <summary>
    /// File with a token that every request must carry as <c>Authorization: Bearer TOKEN</c>, except those for the files of the live page,
    /// which hold no data and ask for the token. The node reads the file once, at its start. Without a file, no token is needed.
    /// </summary>
    /// <value>Path; the default is none.</value>
    [Setting(Form = "path")]
    public string TokenFile { get; set; } = "";

    /// <summary>
    /// Web origins whose pages may call the API, such as <c>https://explorer.example.org</c>. Each is compared as it is; there is no
    /// wildcard.
    /// </summary>
    /// <value>Origins, separated by commas; the default is none.</value>
    [Setting(Form = "origins, separated by commas")]
    public string CorsAllowedOrigins { get; set; } = "";

    /// <summary>
    /// Requests that are answered at the same time. One more gets HTTP 503 with <c>Retry-After</c>. Each takes at most one connection to
    /// the database and, with the largest answers, some 30 MB of memory.
    /// </summary>
    /// <value>1 to 10000 requests; the default is 64.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "requests")]
    public int MaxInFlight { get; set; } = 64;

    /// <summary>Time in which a request is read and answered. What is not answered by then gets error -32070.</summary>
    /// <value>00:00:00.1 to ten minutes; the default is 00:00:30.</value>
    [TimeRange("00:00:00.1", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether a missing item and an unknown application have the codes -32001 and -32002 of earlier nodes instead of -31001 and -31002.
    /// </summary>
    /// <value>The default is false.</value>
    public bool LegacyErrorCodes { get; set; }

    /// <summary>
    /// CPU priority of a process that runs this service alone, as Linux's nice value: readers and queries take no CPU that another service
    /// wants. It counts among the processes of one machine, container or systemd unit. Between those, give the one of this service a lower
    /// share (<c>cpu_shares</c>, <c>CPUWeight</c>). 19 is the lowest priority; 0 leaves it as it is.
    /// </summary>
    /// <value>0 to 19; the default is 10.</value>
    [Range(0, 19)]
    public int Nice { get; set; } = 10;

    internal IReadOnlyList<string> Origins =>
        CorsAllowedOrigins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal AllowedHosts Hosts => new($"{Section}:{nameof(AllowedHosts)}", AllowedHosts);

    internal IPEndPoint EndPoint => IPEndPoint.Parse(Address);

    internal IPEndPoint WebEndPoint => IPEndPoint.Parse(WebAddress);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ListenAddress.Refuse($"{Section}:{nameof(Address)}", Address, 10011) is { } problem)
            yield return new ValidationResult(problem);
        if (Hosts.Refuse() is { } wrongHost)
            yield return new ValidationResult(wrongHost);
        if (ListenAddress.Refuse($"{Section}:{nameof(WebAddress)}", WebAddress, 10010) is { } webProblem)
            yield return new ValidationResult(webProblem);
        foreach (var origin in Origins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin)
                yield return new ValidationResult(
                    $"{Section}:{nameof(CorsAllowedOrigins)} has '{origin}': give a scheme, a host and a port if it is not the scheme's "
                        + "own, such as https://explorer.example.org, without a path."
                );
        }
    }
}
