using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Api.Http;
using Rollups.Api.Rpc;
using Rollups.Http;

namespace Rollups.Api;

/// <summary>The web server of the API. It starts with the other services and stops with them.</summary>
internal sealed partial class ApiListener(
    ApiOptions options,
    ApiGate gate,
    RpcEndpoint rpc,
    EpochEndpoints epochs,
    ILogger<ApiListener> logger
) : IHostedService, IApiListener, IAsyncDisposable
{
    // Connections cost memory even if they send nothing; requests are limited further by the gate.
    private const int MostConnections = 1000;
    private WebListener? _listener;

    public IPEndPoint? EndPoint => _listener?.EndPoint;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _listener = await WebListener.StartAsync(
            "API",
            $"{ApiOptions.Section}:{nameof(ApiOptions.Address)}",
            options.EndPoint,
            Limit,
            server =>
            {
                server.Use(next => http => gate.HandleAsync(http, next));
                server.UseRouting();
                server.MapPost("/rpc", rpc.HandleAsync);
                epochs.Map(server);
            },
            cancellationToken
        );
        LogListening(_listener.EndPoint);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listener is { } listener)
            await listener.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _listener, null) is { } listener)
            await listener.DisposeAsync();
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxRequestBodySize = RpcLimits.BodyBytes;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
    }

    [LoggerMessage(1, LogLevel.Information, "API on http://{EndPoint}/rpc (JSON-RPC) and /epochs")]
    private partial void LogListening(IPEndPoint endPoint);
}
