using System.Globalization;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Rollups.Api.Http;
using Rollups.Api.Stories;

namespace Rollups.Api.Feed;

/// <summary>GET /events: the node's events as server-sent events.</summary>
internal sealed partial class EventsEndpoint(
    FeedHub hub,
    FeedReads reads,
    FeedOptions options,
    ApiOptions api,
    TimeProvider clock,
    ILogger<EventsEndpoint> logger
)
{
    private const int SendBufferBytes = 32 * 1024;

    /// <summary>Answers the request; returns when the stream has ended.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        // Its place comes before anything that costs the database something: the limit of requests in flight is not for streams.
        if (hub.Enter() is not { } group)
        {
            await SendAwayAsync(http, $"{options.MaxSubscribers} subscribers are connected, which is the limit; try again later");
            return;
        }

        try
        {
            await BeginAsync(http, group);
        }
        catch (BadQueryException wrong)
        {
            await HttpAnswer.WriteAsync(http, StatusCodes.Status400BadRequest, new HttpAnswer.Problem(wrong.Message));
        }
        catch (UnknownApplicationException unknown)
        {
            await HttpAnswer.WriteAsync(http, StatusCodes.Status404NotFound, new HttpAnswer.Problem(unknown.Message));
        }
        finally
        {
            hub.Leave();
        }
    }

    /// <summary>Finds out what the stream has and where it begins, within the time of a request; then sends it.</summary>
    /// <exception cref="BadQueryException">A name or a value in the query is wrong.</exception>
    /// <exception cref="UnknownApplicationException">The node does not know an application.</exception>
    private async Task BeginAsync(HttpContext http, int group)
    {
        var query = FeedQuery.Read(http.Request);
        if (await hub.RingAsync(http.RequestAborted) is not { } ring)
        {
            await SendAwayAsync(http, "the feed's log has not been read yet; the node waits for its database");
            return;
        }

        FeedFilter filter;
        long? place;
        using (var limit = new CancellationTokenSource(api.RequestTimeout, clock))
        using (var any = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted, hub.Ended))
        {
            try
            {
                filter = await FilterAsync(query, any.Token);
                place = await PlaceAsync(ring, query.From, any.Token);
            }
            catch (Exception) when (limit.IsCancellationRequested || hub.Ended.IsCancellationRequested)
            {
                await SendAwayAsync(
                    http,
                    limit.IsCancellationRequested ? "the database has not answered in time; try again later" : "the node stops"
                );
                return;
            }
        }

        await StreamAsync(http, ring, group, query.From, place, filter);
    }

    private async Task StreamAsync(HttpContext http, FeedRing ring, int group, FeedStart from, long? place, FeedFilter filter)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, hub.Ended);
        // The feed has its own limit for clients that do not read. Kestrel's would end a stream after five seconds.
        var rate = http.Features.Get<IHttpMinResponseDataRateFeature>();
        if (rate is not null)
            rate.MinDataRate = null;
        // Left to itself, the kernel keeps megabytes for each client that does not read.
        if (http.Features.Get<IConnectionSocketFeature>() is { } connection)
            connection.Socket.SendBufferSize = SendBufferBytes;
        var stream = new FeedStream(http, ring, filter, reads, options, clock);
        try
        {
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-store";
            // Proxies would keep the events back until their buffer is full.
            http.Response.Headers["X-Accel-Buffering"] = "no";
            await http.Response.StartAsync(either.Token);
            await stream.BeginAsync(place ?? ring.Last, place is null ? "feed.reset" : "feed.ready", either.Token);
            await stream.RunAsync(!from.IsOldest, group, other => ReferenceEquals(hub.Ring, other), either.Token);
        }
        catch (TimeoutException)
        {
            // A client that does not read cannot be told; it finds its connection closed, and resumes.
            FeedMetrics.Dropped.Add(1);
            LogDropped(logger, http.TraceIdentifier, options.WriteTimeout);
            http.Abort();
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The client has left, or the node stops, which must not wait for what a client does not read.
            if (rate is not null)
                rate.MinDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(2));
        }
    }

    /// <summary>The number of the last event that the subscriber has; null if its id belongs to another log, or to none.</summary>
    private async Task<long?> PlaceAsync(FeedRing ring, FeedStart from, CancellationToken cancellationToken)
    {
        if (from.After is not { } after)
            return ring.Last;
        if (from.Log is { } log && log != ring.Log)
            return null;
        if (after <= ring.Last)
            return after;
        // Another replica may have sent an event that this one has yet to read.
        return after <= await reads.LastAsync(cancellationToken) ? after : null;
    }

    /// <exception cref="UnknownApplicationException">The node does not know an application.</exception>
    private async Task<FeedFilter> FilterAsync(FeedQuery query, CancellationToken cancellationToken) =>
        new(query.Applications.Count == 0 ? null : await reads.AddressesAsync(query.Applications, cancellationToken), query.Kinds);

    private static Task SendAwayAsync(HttpContext http, string reason)
    {
        http.Response.Headers.RetryAfter = Random.Shared.Next(1, 10).ToString(CultureInfo.InvariantCulture);
        return ApiGate.RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, reason);
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "The push feed closed the connection of request {RequestId}, because the subscriber has not read it for {Limit}. It continues "
            + "where it was when it connects again."
    )]
    private static partial void LogDropped(ILogger logger, string requestId, TimeSpan limit);
}
