using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rollups.Persistence;

namespace Rollups.Api.Http;

/// <summary>
/// What every request passes first: its id, the limit of requests in flight, the origins of web pages, the token, and the answer if
/// something fails.
/// </summary>
internal sealed partial class ApiGate(ApiOptions options, BearerToken token, IDatabaseProvider database, ILogger<ApiGate> logger)
{
    private readonly HashSet<string> _origins = [.. options.Origins];
    private int _inFlight;

    /// <summary>The middleware of requests that are answered and over.</summary>
    public async Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        Name(http);
        try
        {
            if (Interlocked.Increment(ref _inFlight) > options.MaxInFlight)
            {
                http.Response.Headers.RetryAfter = Random.Shared.Next(1, 4).ToString(CultureInfo.InvariantCulture);
                await RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "too many requests at once; try again later");
                return;
            }

            if (!AdmitOrigin(http))
                await PassAsync(http, next);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    /// <summary>The middleware of streams, which the feed counts itself.</summary>
    public async Task HandleStreamAsync(HttpContext http, RequestDelegate next)
    {
        Name(http);
        if (!AdmitOrigin(http))
            await PassAsync(http, next);
    }

    /// <summary>Ends a request with a text.</summary>
    public static Task RefuseAsync(HttpContext http, int status, string reason)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync($"{reason} (request {http.TraceIdentifier})\n", http.RequestAborted);
    }

    private static void Name(HttpContext http)
    {
        http.TraceIdentifier = RequestId.Of(http.Request);
        http.Response.Headers[RequestId.Header] = http.TraceIdentifier;
    }

    /// <summary>Adds the headers for pages of an allowed origin; true if the request was only a browser's question for them.</summary>
    private bool AdmitOrigin(HttpContext http)
    {
        var origin = http.Request.Headers.Origin.ToString();
        if (!_origins.Contains(origin))
            return false;
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.Vary = "Origin";
        headers.AccessControlExposeHeaders = RequestId.Header;
        if (!HttpMethods.IsOptions(http.Request.Method) || !http.Request.Headers.ContainsKey("Access-Control-Request-Method"))
            return false;
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        headers.AccessControlAllowHeaders = "Content-Type, Authorization, Last-Event-ID";
        headers.AccessControlMaxAge = "600";
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    private async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        if (!token.Admits(http.Request))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await RefuseAsync(http, StatusCodes.Status401Unauthorized, "give the node's API token as Authorization: Bearer TOKEN");
            return;
        }

        try
        {
            await next(http);
        }
        catch (BadHttpRequestException refused) when (!http.Response.HasStarted)
        {
            await RefuseAsync(
                http,
                refused.StatusCode,
                refused.StatusCode == 413 ? "the body is too large" : "the request cannot be read"
            );
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has left.
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            var level = LoggedOutage.LevelOf(exception, LogLevel.Error);
            var reason = database.Explain(exception) ?? exception.Message;
            var fault = database.FailureOf(exception) is null ? exception : null;
            LogFailed(level, http.TraceIdentifier, reason, fault);
            await RefuseAsync(http, StatusCodes.Status500InternalServerError, "the node failed; its log has the cause");
        }
    }

    [LoggerMessage(
        EventId = 1,
        Message = "The API could not answer request {RequestId}: {Reason}. The client got HTTP status 500; the node's work goes on, and "
            + "the next request is answered anew."
    )]
    private partial void LogFailed(LogLevel level, string requestId, string reason, Exception? exception);
}
