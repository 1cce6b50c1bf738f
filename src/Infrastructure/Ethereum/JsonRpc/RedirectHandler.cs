using System.Net;

namespace Rollups.Ethereum;

/// <summary>
/// Follows redirects with the same POST. .NET repeats it only for 307 and 308, turns it into a GET for 301 and 302, which no JSON-RPC
/// endpoint answers, and drops credentials even if the host stays the same. Here all four follow one rule; credentials go only to the
/// configured host, and never from https to http.
/// </summary>
internal sealed class RedirectHandler : DelegatingHandler
{
    // Enough for a chain of load balancers; more is a loop.
    private const int MostHops = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Retries send the same request again, so each attempt starts at the configured address.
        var (configured, credentials) = (request.RequestUri!, request.Headers.Authorization);
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            for (var hop = 0; hop < MostHops && Target(request.RequestUri!, response) is { } target; hop++)
            {
                response.Dispose();
                request.RequestUri = target;
                request.Headers.Authorization = IsSameEndpoint(configured, target) ? credentials : null;
                response = await base.SendAsync(request, cancellationToken);
            }

            return response;
        }
        finally
        {
            (request.RequestUri, request.Headers.Authorization) = (configured, credentials);
        }
    }

    /// <summary>Target of a redirect that may be followed; null for any other response.</summary>
    private static Uri? Target(Uri asked, HttpResponseMessage response)
    {
        if (
            response.StatusCode
                is not (
                    HttpStatusCode.MovedPermanently
                    or HttpStatusCode.Found
                    or HttpStatusCode.TemporaryRedirect
                    or HttpStatusCode.PermanentRedirect
                )
            || Location(asked, response) is not { } target
        )
            return null;
        return target.Scheme == Uri.UriSchemeHttps || (target.Scheme == Uri.UriSchemeHttp && asked.Scheme == Uri.UriSchemeHttp)
            ? target
            : null;
    }

    /// <summary>The redirect target that the response names, or null.</summary>
    public static Uri? Location(Uri asked, HttpResponseMessage response) =>
        response.Headers.Location is { } location && Uri.TryCreate(asked, location, out var target) ? target : null;

    private static bool IsSameEndpoint(Uri configured, Uri target) =>
        configured.IdnHost == target.IdnHost
        && (
            (configured.Scheme == target.Scheme && configured.Port == target.Port)
            || (configured.IsDefaultPort && target.IsDefaultPort && target.Scheme == Uri.UriSchemeHttps)
        );
}
