using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>
/// The connection to one machine server, which serves one request at a time. Each call has a deadline, because some answers have no
/// Content-Length on a connection that stays open, and a server that hangs closes nothing.
/// </summary>
internal sealed class RpcConnection : IDisposable
{
    // The largest answer is 2 MiB in base64.
    private const long MaxAnswer = 16 << 20;
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpMessageInvoker _http;
    private readonly Uri _address;
    private readonly TimeProvider _clock;

    public RpcConnection(string host, int port, TimeProvider clock)
    {
        _clock = clock;
        _address = new UriBuilder("http", host, port).Uri;
        // A pool per server: the system gives the port of an ended server to another one.
        _http = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                MaxConnectionsPerServer = 1,
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
                ActivityHeadersPropagator = null,
            }
        );
    }

    /// <summary>Sends the calls in one request; the server runs them in their order.</summary>
    /// <param name="calls">One or more calls. A failed one does not stop those behind it.</param>
    /// <param name="deadline">How long the answer may take.</param>
    /// <param name="close">Whether the server closes the connection behind the answer.</param>
    /// <param name="cancellationToken">Ends the wait; the server goes on.</param>
    /// <exception cref="ServerSilentException">The deadline has passed.</exception>
    /// <exception cref="ServerLostException">The server is gone.</exception>
    public async Task<RpcAnswers> CallAsync(
        IReadOnlyList<RpcCall> calls,
        TimeSpan deadline,
        bool close,
        CancellationToken cancellationToken
    )
    {
        using var timer = new CancellationTokenSource(deadline, _clock);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = Body(calls) };
        request.Headers.ConnectionClose = close ? true : null;
        try
        {
            using var response = await _http.SendAsync(request, until.Token);
            if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentLength > MaxAnswer)
                throw new ServerLostException(calls[0].Method, $"{_address} answered with HTTP status {(int)response.StatusCode}");
            await using var body = await response.Content.ReadAsStreamAsync(until.Token);
            return new RpcAnswers(await JsonDocument.ParseAsync(body, cancellationToken: until.Token), calls);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ServerSilentException(calls[0].Method, deadline);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            throw new ServerLostException(calls[0].Method, $"{_address} is gone ({exception.Message})", exception);
        }
        catch (JsonException exception)
        {
            throw new ServerLostException(calls[0].Method, $"{_address} answered with something else than JSON", exception);
        }
        catch (ObjectDisposedException exception)
        {
            throw new ServerLostException(calls[0].Method, "the machine was closed", exception);
        }
    }

    public void Dispose() => _http.Dispose();

    private static ReadOnlyMemoryContent Body(IReadOnlyList<RpcCall> calls)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            if (calls.Count > 1)
                json.WriteStartArray();
            for (var id = 0; id < calls.Count; id++)
            {
                json.WriteStartObject();
                json.WriteString("jsonrpc", "2.0");
                json.WriteNumber("id", id);
                json.WriteString("method", calls[id].Method);
                if (calls[id].WriteParameters is { } write)
                {
                    json.WriteStartObject("params");
                    write(json);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }

            if (calls.Count > 1)
                json.WriteEndArray();
        }

        return new ReadOnlyMemoryContent(buffer.WrittenMemory) { Headers = { ContentType = Json } };
    }
}
