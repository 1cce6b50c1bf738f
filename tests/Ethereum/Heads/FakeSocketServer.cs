using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Rollups.Ethereum.Tests.Heads;

/// <summary>A WebSocket server on a loopback port; the test plays each connection by hand.</summary>
internal sealed class FakeSocketServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<Connection> _connections = Channel.CreateUnbounded<Connection>();

    private FakeSocketServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var connection = new Connection(socket) { Authorization = context.Request.Headers.Authorization };
            _connections.Writer.TryWrite(connection);
            await connection.Ended.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Abort();
        });
    }

    public string Url => _app.Urls.Single().Replace("http", "ws", StringComparison.Ordinal);

    public static async Task<FakeSocketServer> StartAsync()
    {
        var server = new FakeSocketServer();
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>The next connection that a client makes.</summary>
    public async Task<Connection> NextAsync() => await _connections.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    internal sealed class Connection(WebSocket socket)
    {
        public TaskCompletionSource Ended { get; } = new();

        /// <summary>The header that the client sent.</summary>
        public string? Authorization { get; init; }

        /// <summary>Takes the subscription and confirms it.</summary>
        public async Task ConfirmAsync()
        {
            var buffer = new byte[1000];
            var part = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            var request = JsonNode.Parse(buffer.AsSpan(0, part.Count))!;
            request["method"]!.ToString().ShouldBe("eth_subscribe");
            request["params"]!.ToJsonString().ShouldBe("""["newHeads"]""");
            await SendAsync("""{"jsonrpc":"2.0","id":1,"result":"0xcd0c3e8af590364c09d0fa6a1210faf5"}""");
        }

        /// <summary>Announces a head, in two frames.</summary>
        public async Task HeadAsync()
        {
            var text = Encoding.UTF8.GetBytes(
                """{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xcd","result":{"number":"0x2"}}}"""
            );
            await socket.SendAsync(
                text.AsMemory(0, 20),
                WebSocketMessageType.Text,
                endOfMessage: false,
                TestContext.Current.CancellationToken
            );
            await socket.SendAsync(
                text.AsMemory(20),
                WebSocketMessageType.Text,
                endOfMessage: true,
                TestContext.Current.CancellationToken
            );
        }

        public async Task SendAsync(string text) =>
            await socket.SendAsync(
                Encoding.UTF8.GetBytes(text).AsMemory(),
                WebSocketMessageType.Text,
                endOfMessage: true,
                TestContext.Current.CancellationToken
            );

        public async Task CloseAsync()
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "restart", TestContext.Current.CancellationToken);
            Ended.TrySetResult();
        }

        public void Break() => Ended.TrySetResult();
    }
}
