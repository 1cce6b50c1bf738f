using System.Net.WebSockets;
using System.Text;

namespace Rollups.Testing;

/// <summary>The WebSocket side of a <see cref="JsonRpcProxy"/>: forwards messages both ways and injects network faults.</summary>
public sealed class WebSocketRelay
{
    private readonly Lock _lock = new();
    private readonly HashSet<CancellationTokenSource> _open = [];
    private int _connections;

    internal WebSocketRelay() { }

    /// <summary>Connections requested so far, including refused ones.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>New connections are refused with HTTP 503.</summary>
    public bool Refuses { get; set; }

    /// <summary>The server's messages no longer arrive, though the connections stay open.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Sent in place of every server message; null: the messages themselves.</summary>
    public string? Instead { get; set; }

    /// <summary>Breaks all connections.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (var connection in _open)
                connection.Cancel();
        }
    }

    internal bool Accepts()
    {
        Interlocked.Increment(ref _connections);
        return !Refuses;
    }

    internal async Task RunAsync(WebSocket caller, Uri upstream, CancellationToken gone)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(gone);
        lock (_lock)
            _open.Add(cut);
        try
        {
            using var server = new ClientWebSocket();
            await server.ConnectAsync(upstream, cut.Token);
            await Task.WhenAny(PassAsync(caller, server, false, cut.Token), PassAsync(server, caller, true, cut.Token));
        }
        finally
        {
            lock (_lock)
                _open.Remove(cut);
            await cut.CancelAsync();
            caller.Abort();
        }
    }

    private async Task PassAsync(WebSocket from, WebSocket to, bool fromServer, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await from.ReceiveAsync(buffer, cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                return;
            if (fromServer && IsSilent)
                continue;
            var bytes = fromServer && Instead is { } other ? Encoding.UTF8.GetBytes(other) : buffer[..part.Count];
            await to.SendAsync(bytes, part.MessageType, part.EndOfMessage, cancellationToken);
        }
    }
}
