using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Rollups.Testing;

/// <summary>A line to a server that listens elsewhere on the loopback, whatever is spoken on it, and that a test may cut.</summary>
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

    /// <summary>Connections that are open.</summary>
    public int Connections => _clients.Count;

    /// <summary>Connections that were made so far, those of a server that is away too.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Starts one on a free port.</summary>
    /// <param name="port">Port of the server, asked for with each connection.</param>
    public static TcpRelay Start(Func<int> port) => new(port);

    /// <summary>Breaks every connection; the number of those broken.</summary>
    public int Cut()
    {
        var cut = 0;
        foreach (var client in _clients.Keys)
        {
            // A reset, as of a line that broke, not a farewell. A connection that ends by itself in this moment has no socket any more.
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
                // Either end is gone, and so is the other one now.
            }

            _clients.TryRemove(client, out _);
        }
    }
}
