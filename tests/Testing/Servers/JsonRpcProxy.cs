using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Rollups.Testing;

/// <summary>
/// An L1 endpoint that forwards to another one, such as Anvil, and injects network or provider faults into chosen calls, over HTTP and
/// WebSocket (<see cref="WebSocket"/>), so that all of a node's L1 data comes through here.
/// </summary>
public sealed class JsonRpcProxy : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<RpcFault> _faults = [];
    private readonly HttpClient _upstream;
    private WebApplication? _app;
    private int _requests;

    private JsonRpcProxy(Uri upstream) => _upstream = new HttpClient { BaseAddress = upstream };

    /// <summary>Its address; the same after <see cref="ResumeAsync"/>.</summary>
    public Uri HttpEndpoint { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>The same for WebSockets.</summary>
    public Uri WebSocketEndpoint => new UriBuilder(HttpEndpoint) { Scheme = "ws" }.Uri;

    /// <summary>Faults of WebSockets.</summary>
    public WebSocketRelay WebSocket { get; } = new();

    /// <summary>HTTP requests that came so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Starts a proxy on a free port of the loopback.</summary>
    /// <param name="upstream">Endpoint that receives the calls.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<JsonRpcProxy> StartAsync(Uri upstream, CancellationToken cancellationToken)
    {
        var proxy = new JsonRpcProxy(upstream);
        await proxy.ResumeAsync(cancellationToken);
        return proxy;
    }

    /// <summary>Applies this to the calls of one method from now on; a method's newest fault comes first. Dispose it to end it.</summary>
    /// <param name="method">Such as <c>eth_getLogs</c>; null for every one.</param>
    /// <param name="action">One of <see cref="RpcActions"/>, or a custom one. A batch with a call of the method is hit as a whole.</param>
    /// <param name="times">Requests to hit; null for all.</param>
    public RpcFault On(string? method, RpcAction action, int? times = null)
    {
        var fault = new RpcFault(method, action, times, Remove);
        lock (_lock)
            _faults.Insert(0, fault);
        return fault;
    }

    /// <summary>Stops listening: connections are cut, and new ones refused.</summary>
    public async Task HaltAsync()
    {
        if (_app is not { } app)
            return;
        _app = null;
        // Not awaited until every request has ended: a held one may never do so.
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    /// <summary>Listens again, on the same port.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, HttpEndpoint.Port));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(context => context.WebSockets.IsWebSocketRequest ? RelayAsync(context) : HandleAsync(context));
        await _app.StartAsync(cancellationToken);
        HttpEndpoint = new Uri(_app.Urls.Single());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await HaltAsync();
        _upstream.Dispose();
    }

    private async Task RelayAsync(HttpContext context)
    {
        if (!WebSocket.Accepts())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        using var caller = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            await WebSocket.RunAsync(caller, new UriBuilder(_upstream.BaseAddress!) { Scheme = "ws" }.Uri, context.RequestAborted);
        }
        catch (Exception exception) when (exception is System.Net.WebSockets.WebSocketException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var exchange = new RpcExchange(context, request, _upstream);
        RpcFault? fault;
        lock (_lock)
            fault = _faults.Find(fault => fault.Takes(exchange));
        try
        {
            if (fault is null)
                await exchange.AnswerAsync(await exchange.ForwardAsync());
            else
                await fault.ActAsync(exchange);
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or OperationCanceledException)
        {
            // The upstream endpoint is down, or the caller has gone: cut either way.
            exchange.Cut();
        }
    }

    private void Remove(RpcFault fault)
    {
        lock (_lock)
            _faults.Remove(fault);
    }
}
