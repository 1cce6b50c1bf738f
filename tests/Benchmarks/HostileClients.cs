using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Rollups.Benchmarks;

/// <summary>Clients that mean harm: bad requests of each kind in turn, and subscribers of the push feed that never read.</summary>
internal sealed class HostileClients : IDisposable
{
    private const int SilentReaders = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly int _web;
    private readonly List<TcpClient> _silent = [];
    private int _refused;

    public HostileClients(ApiPorts api)
    {
        _web = api.Web;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{api.Rpc.ToString(CultureInfo.InvariantCulture)}/rpc") };
    }

    // A body that is too large, nested too deeply, no JSON, a batch that is too large, and calls with bad parameters.
    private static byte[][] Bodies { get; } =
    [
        new byte[8 * 1024 * 1024],
        .. new[]
        {
            new string('[', 900_000),
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"cartesi_listOutputs\",\"params\":{",
            $"[{string.Join(',', Enumerable.Repeat(Call("cartesi_getChainId", ""), 10_000))}]",
            Call("cartesi_listOutputs", "\"application\":\"nobody\",\"offset\":99999999999999999999"),
            Call("cartesi_listInputs", $"\"application\":\"{new string('a', 500_000)}\""),
            Call(new string('m', 500_000), ""),
        }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>Requests that the JSON-RPC API has answered with an error.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Connects the subscribers that never read.</summary>
    public async Task SubscribeAsync()
    {
        for (var i = 0; i < SilentReaders; i++)
        {
            var client = new TcpClient { ReceiveBufferSize = 4096 };
            _silent.Add(client);
            await client.ConnectAsync(IPAddress.Loopback, _web);
            await client.GetStream().WriteAsync("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        }
    }

    /// <summary>Sends a bad request every ten milliseconds, whether the one before is answered or not.</summary>
    public async Task SendAsync(CancellationToken over)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            for (var i = 0; await timer.WaitForNextTickAsync(over); i++)
                _ = SendAsync(Content(Bodies[i % Bodies.Length], hasLength: i % 2 == 0));
        }
        catch (OperationCanceledException)
        {
            // The hops are measured.
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _silent.ForEach(client => client.Dispose());
    }

    private async Task SendAsync(HttpContent body)
    {
        using (body)
        {
            body.Headers.ContentType = Json;
            try
            {
                using var answer = await _http.PostAsync((Uri?)null, body);
                var text = await answer.Content.ReadAsStringAsync();
                // Another status would come from somebody else than the code that is measured.
                if (
                    answer.StatusCode is HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.ServiceUnavailable
                    || (answer.IsSuccessStatusCode && text.Contains("\"error\"", StringComparison.Ordinal))
                )
                    Interlocked.Increment(ref _refused);
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or ObjectDisposedException)
            {
                // It closed the connection while the body was on its way: refused too, or the measure is over.
            }
        }
    }

    /// <summary>
    /// Without a length the server learns only by reading that a body is too large. There are seven kinds of bodies, so that each comes
    /// both ways.
    /// </summary>
    private static HttpContent Content(byte[] body, bool hasLength) =>
        hasLength ? new ByteArrayContent(body) : new StreamContent(new Unsized(body));

    private static string Call(string method, string parameters) =>
        $$$"""{"jsonrpc":"2.0","id":1,"method":"{{{method}}}","params":{{{{parameters}}}}}""";

    private sealed class Unsized(byte[] body) : MemoryStream(body)
    {
        public override bool CanSeek => false;
    }
}
