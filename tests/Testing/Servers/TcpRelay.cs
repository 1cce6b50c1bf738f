using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Rollups.Testing;

/// <summary>A TCP connection to a server elsewhere on the loopback, for any protocol, that a test may cut.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, byte> _clients = new();
    private readonly Func<int> _port;
    private readonly Task _accepting;
    private int _accepted;

    private TcpRelay(Func<int> port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Open connections.</summary>
    public int Connections => _clients.Count;

    /// <summary>Connections accepted so far, also while the server was down.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Starts one on a free port.</summary>
    /// <param name="port">Port of the server, queried for each connection.</param>
    public static TcpRelay Start(Func<int> port) => new(port);

    /// <summary>Breaks every connection; returns how many.</summary>
    public int Cut()
    {
        var cut = 0;
        foreach (var client in _clients.Keys)
        {
            // A reset, as when a line breaks, not a normal close. A connection that just ended by itself has no socket any more.
            client.Client?.Close(0);
            cut++;
        }

        return cut;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        _clients[client] = 0;
        Interlocked.Increment(ref _accepted);
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _port());
                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
            }
            catch (Exception exception)
                when (exception is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // One end has gone, so the other is closed too.
            }

            _clients.TryRemove(client, out _);
        }
    }
}
