using System.Net;
using Microsoft.AspNetCore.Http;

namespace Rollups.Http;

/// <summary>
/// The names under which a listener may be addressed. A web page of anybody can have its own name resolve to this machine and then read
/// what listens on loopback, as if it were of the same origin (DNS rebinding); its requests still carry that name as their Host. So a
/// listener on loopback answers only to loopback's own names and to those that its setting lists. A listener on another address answers
/// to any name, unless its setting lists some.
/// </summary>
/// <param name="setting">Full name of the setting; null if there is none.</param>
/// <param name="names">Its value: names or addresses without port, separated by commas.</param>
public sealed class AllowedHosts(string? setting = null, string names = "")
{
    private readonly HashSet<string> _names = new(
        names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>The sentence that refuses the setting's value, or null.</summary>
    public string? Refuse() =>
        _names.FirstOrDefault(name => Uri.CheckHostName(name) is UriHostNameType.Unknown) is { } wrong
            ? $"{setting} has '{wrong}': give names or IP addresses without scheme and port, such as node.example.org."
            : null;

    /// <summary>The middleware of a listener at that address.</summary>
    internal async Task HandleAsync(HttpContext http, IPAddress address, RequestDelegate next)
    {
        if (Admits(http.Request.Host, address))
        {
            await next(http);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(
            "This listener does not answer under the host name of the request: use 127.0.0.1 or localhost"
                + (setting is null ? ".\n" : $", or add the name to {setting}.\n"),
            http.RequestAborted
        );
    }

    private bool Admits(HostString host, IPAddress address)
    {
        // No browser leaves the name out.
        if (!host.HasValue || (!IPAddress.IsLoopback(address) && _names.Count == 0))
            return true;
        return _names.Contains(host.Host)
            || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var literal) && IPAddress.IsLoopback(literal));
    }
}
