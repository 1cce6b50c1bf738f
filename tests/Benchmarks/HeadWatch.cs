using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Rollups.Benchmarks;

/// <summary>When each block was announced by L1, over a subscription of its own.</summary>
internal sealed class HeadWatch : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ulong, long> _seen = [];
    private Task _reading = Task.CompletedTask;

    public static async Task<HeadWatch> StartAsync(Uri endpoint)
    {
        var watch = new HeadWatch();
        await watch._socket.ConnectAsync(endpoint, CancellationToken.None);
        await watch._socket.SendAsync(
            """{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}"""u8.ToArray(),
            WebSocketMessageType.Text,
            endOfMessage: true,
            CancellationToken.None
        );
        await watch.ReceiveAsync();
        watch._reading = watch.ReadAsync();
        return watch;
    }

    /// <summary>Waits until a block is there; the timestamp of its announcement.</summary>
    public async Task<long> UntilAsync(ulong block, TimeSpan limit)
    {
        var began = Stopwatch.GetTimestamp();
        long at;
        while (!_seen.TryGetValue(block, out at))
        {
            if (Stopwatch.GetElapsedTime(began) > limit)
                throw new TimeoutException($"L1 has no block {block} after {limit}.");
            await Task.Delay(1);
        }

        return at;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            var message = await ReceiveAsync();
            var at = Stopwatch.GetTimestamp();
            if (message["params"]?["result"]?["number"]?.GetValue<string>() is { } number)
                _seen.TryAdd(ulong.Parse(number.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture), at);
        }
    }

    private async Task<JsonNode> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[8192];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, _stop.Token);
            message.Write(buffer, 0, part.Count);
        } while (!part.EndOfMessage);
        return JsonNode.Parse(message.ToArray())!;
    }
}
