using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Http;
using Rollups.Settings;

namespace Rollups.Machines.Host;

/// <summary>
/// The Rollup HTTP API of one application, on a port of the loopback interface. It stays up while the node runs, whatever becomes of the
/// application's machines: a backend that asks meanwhile is answered that there is no request.
/// </summary>
internal sealed partial class RollupServer : IAsyncDisposable
{
    private readonly Exchange _exchange;
    private readonly TimeSpan _poll;
    private readonly ILogger _logger;
    private WebListener? _listener;
    private object? _told;
    private string? _said;

    private RollupServer(Address application, Exchange exchange, TimeSpan poll, ILogger logger)
    {
        (Application, _exchange, _poll, _logger) = (application, exchange, poll, logger);
    }

    public Address Application { get; }

    public Exchange Exchange => _exchange;

    /// <summary>The value of ROLLUP_HTTP_SERVER_URL.</summary>
    public string Url => $"http://{_listener!.EndPoint}";

    /// <summary>Whether the sentence differs from the last one: the same one is logged once.</summary>
    public bool FirstTime(string sentence) => Interlocked.Exchange(ref _said, sentence) != sentence;

    /// <exception cref="OperatorException">The port is in use.</exception>
    public static async Task<RollupServer> StartAsync(
        Address application,
        int port,
        Exchange exchange,
        TimeSpan poll,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        var server = new RollupServer(application, exchange, poll, logger);
        server._listener = await WebListener.StartAsync(
            $"Rollup HTTP API of {application}",
            "the application's template host:PORT",
            new IPEndPoint(IPAddress.Loopback, port),
            RollupBody.MaxBody,
            limits: null,
            web =>
            {
                web.UseRouting();
                server.Map(web);
            },
            cancellationToken
        );
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_listener is null)
            return;
        // Calls of /finish wait until they are aborted.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _listener.StopAsync(now.Token);
        await _listener.DisposeAsync();
    }

    private void Map(IEndpointRouteBuilder paths)
    {
        Post("/finish", FinishAsync);
        Post("/notice", (http, body) => OutputAsync(http, RollupBody.Notice(body)));
        Post("/voucher", (http, body) => OutputAsync(http, RollupBody.Voucher(body)));
        Post("/delegate-call-voucher", (http, body) => OutputAsync(http, RollupBody.DelegateCallVoucher(body)));
        Post(
            "/report",
            (http, body) =>
            {
                _exchange.AddReport(RollupBody.Payload(body));
                http.Response.StatusCode = StatusCodes.Status202Accepted;
                return Task.CompletedTask;
            }
        );
        Post(
            "/exception",
            (http, body) =>
            {
                _exchange.End(new HostEnd(AdvanceOutcome.Exception, RollupBody.Payload(body)), "an exception");
                http.Response.StatusCode = StatusCodes.Status202Accepted;
                return Task.CompletedTask;
            }
        );
        // In a machine the request yields to the node, which has no answer.
        Post(
            "/gio",
            (_, _) =>
            {
                _exchange.End(new HostEnd(AdvanceOutcome.UnexpectedYield), "a request for generic I/O");
                throw new RollupRefusal(400, "the node serves no domain of generic I/O: the request has ended, as in a Cartesi Machine");
            }
        );

        void Post(string path, Func<HttpContext, JsonElement, Task> handle) =>
            paths.MapPost(path, (RequestDelegate)(http => HandleAsync(http, path, handle)));
    }

    private async Task HandleAsync(HttpContext http, string path, Func<HttpContext, JsonElement, Task> handle)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            await handle(http, body.RootElement);
        }
        catch (RollupRefusal refusal)
        {
            await RefuseAsync(http, path, refusal.Status, refusal.Message);
        }
        catch (JsonException)
        {
            await RefuseAsync(http, path, StatusCodes.Status400BadRequest, "the body is not JSON");
        }
        catch (BadHttpRequestException exception)
        {
            var text =
                exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? $"the body has more than {RollupBody.MaxBody} bytes"
                    : "the request is not HTTP";
            await RefuseAsync(http, path, exception.StatusCode, text);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client has gone.
        }
    }

    private async Task FinishAsync(HttpContext http, JsonElement body)
    {
        // It cannot take a request, and may have been overtaken by its successor: it ends none either.
        ThrowIfGone(http);
        var request = await _exchange.FinishAsync(RollupBody.Accepts(body), _poll, http.RequestAborted);
        if (request is null)
        {
            http.RequestAborted.ThrowIfCancellationRequested();
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync("no rollup request available", http.RequestAborted);
            return;
        }

        try
        {
            ThrowIfGone(http);
            _exchange.Deliver(request);
            await JsonAsync(http, StatusCodes.Status200OK, request.Body);
        }
        catch
        {
            _exchange.GiveBack(request);
            throw;
        }
    }

    /// <summary>
    /// The server learns a little late that a client has closed its connection, and a request that it wrote there meanwhile would be lost.
    /// The socket knows at once.
    /// </summary>
    private static void ThrowIfGone(HttpContext http)
    {
        http.RequestAborted.ThrowIfCancellationRequested();
        if (http.Features.Get<IConnectionSocketFeature>() is not { Socket: var socket })
            return;
        try
        {
            if (socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0)
                throw new OperationCanceledException("The client has closed its connection.");
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw new OperationCanceledException("The client's connection is closed.", exception);
        }
    }

    private Task OutputAsync(HttpContext http, byte[] output) =>
        JsonAsync(http, StatusCodes.Status201Created, RollupBody.Index(_exchange.AddOutput(output)));

    private static async Task JsonAsync(HttpContext http, int status, byte[] json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        await http.Response.Body.WriteAsync(json, http.RequestAborted);
    }

    private Task RefuseAsync(HttpContext http, string path, int status, string text)
    {
        // One line for each request that the backend works on, and one for the time between: it may repeat its mistake for ever.
        var about = _exchange.Current ?? (object)_exchange;
        var level = about == Interlocked.Exchange(ref _told, about) ? LogLevel.Debug : LogLevel.Warning;
        LogRefused(_logger, level, Application, path, status, text);
        if (http.Response.HasStarted)
            return Task.CompletedTask;
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    [LoggerMessage(
        EventId = 610,
        Message = "The backend of {Application} sent a request to {Path} that the node refused with {Status}: {Text}. The backend has the "
            + "same answer and decides how it goes on; the node logs further refusals of the same input at debug."
    )]
    private static partial void LogRefused(ILogger logger, LogLevel level, Address application, string path, int status, string text);
}
