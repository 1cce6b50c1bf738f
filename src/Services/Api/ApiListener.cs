using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Api.Feed;
using Rollups.Api.Http;
using Rollups.Api.Page;
using Rollups.Api.Pipeline;
using Rollups.Api.Rpc;
using Rollups.Http;

namespace Rollups.Api;

/// <summary>
/// The web servers of the API: JSON-RPC, and the page with its feed and queries. They start and stop with the other services.
/// </summary>
internal sealed partial class ApiListener(
    ApiOptions options,
    FeedOptions feedOptions,
    ApiGate gate,
    RpcEndpoint rpc,
    EpochEndpoints epochs,
    PipelineEndpoint pipeline,
    EventsEndpoint events,
    FeedHub hub,
    PageFiles page,
    ILogger<ApiListener> logger
) : IHostedService, IApiListener, IAsyncDisposable
{
    // Connections cost memory even if they send nothing; requests are limited further by the gate.
    private const int MostConnections = 1000;
    private static readonly PathString EventsPath = new("/events");
    private WebListener? _rpc;
    private WebListener? _web;

    public IPEndPoint? EndPoint => _rpc?.EndPoint;

    public IPEndPoint? WebEndPoint => _web?.EndPoint;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _rpc = await WebListener.StartAsync(
            "API",
            $"{ApiOptions.Section}:{nameof(ApiOptions.Address)}",
            options.EndPoint,
            RpcLimits.BodyBytes,
            kestrel => Limit(kestrel, MostConnections),
            server =>
            {
                server.Use(next => http => gate.HandleAsync(http, next));
                server.UseRouting();
                server.MapPost("/rpc", rpc.HandleAsync);
                // Here too: a program that reads by JSON-RPC needs one address for the whole story.
                epochs.Map(server);
            },
            cancellationToken,
            options.Hosts
        );
        _web = await WebListener.StartAsync(
            "live page",
            $"{ApiOptions.Section}:{nameof(ApiOptions.WebAddress)}",
            options.WebEndPoint,
            RpcLimits.BodyBytes,
            kestrel => Limit(kestrel, MostConnections + feedOptions.MaxSubscribers),
            server =>
            {
                server.Use(next => http => page.TryServe(http) ?? PassAsync(http, next));
                server.UseRouting();
                server.MapGet(EventsPath.Value!, events.HandleAsync);
                epochs.Map(server);
                server.MapGet("/pipeline", pipeline.HandleAsync);
            },
            cancellationToken,
            options.Hosts
        );
        LogListening(_rpc.EndPoint, _web.EndPoint);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Streams have no end of their own.
        await hub.EndAsync();
        await Task.WhenAll(
            _web?.StopAsync(cancellationToken) ?? Task.CompletedTask,
            _rpc?.StopAsync(cancellationToken) ?? Task.CompletedTask
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _web, null) is { } web)
            await web.DisposeAsync();
        if (Interlocked.Exchange(ref _rpc, null) is { } listener)
            await listener.DisposeAsync();
    }

    private Task PassAsync(HttpContext http, RequestDelegate next) =>
        IsStream(http.Request.Path) ? gate.HandleStreamAsync(http, next) : gate.HandleAsync(http, next);

    /// <summary>As routing sees it, which takes a slash at the end: a stream must not keep the place of a request in flight.</summary>
    private static bool IsStream(PathString path) =>
        path.StartsWithSegments(EventsPath, out var rest) && (!rest.HasValue || rest.Value == "/");

    private static void Limit(KestrelServerOptions kestrel, int connections)
    {
        kestrel.Limits.MaxConcurrentConnections = connections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "API on http://{EndPoint}/ (JSON-RPC at /rpc, /epochs, /transactions); live page, /events and /pipeline on http://{Web}/"
    )]
    private partial void LogListening(IPEndPoint endPoint, IPEndPoint web);
}
