using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>The Api as a published program, and timed calls of its JSON-RPC methods.</summary>
internal sealed class ApiCalls : IAsyncDisposable
{
    private const int PageSize = 50;
    private const int FarthestOffset = 10_000;
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly HttpClient _http = new();
    private readonly ProgramProcess _program;
    private readonly int _epochs;

    private ApiCalls(ProgramProcess program, int port, int epochs)
    {
        (_program, _epochs) = (program, epochs);
        _http.BaseAddress = new Uri($"http://127.0.0.1:{port}/rpc");
    }

    /// <summary>Names of the calls: pages of the lists with and without filters, and single rows.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "listEpochs",
        "listInputs",
        "listInputs of a sender",
        "listOutputs",
        "listOutputs of an epoch",
        "listOutputs of a kind",
        "getEpoch",
        "getInput",
        "getOutput",
    ];

    public static async Task<ApiCalls> StartAsync(Deployment deployment, int epochs)
    {
        var port = FreePort();
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var program = ServiceProgram.Start(deployment, "api", ("Api:Address", address), ("Api:WebAddress", "127.0.0.1:0"));
        var calls = new ApiCalls(program, port, epochs);
        await ServiceProgram.UntilAsync(program, "The Api", calls.AnswersAsync, TimeSpan.FromMinutes(1));
        return calls;
    }

    /// <summary>One call with arguments at random; how long its whole answer took.</summary>
    public async Task<TimeSpan> TimeAsync(string name, Random random)
    {
        var (application, epoch) = (random.Next(StoredHistory.Applications), random.Next(_epochs));
        var output = (epoch * StoredHistory.OutputsPerEpoch) + random.Next(StoredHistory.OutputsPerEpoch);
        var app = $"\"application\":\"{StoredHistory.AddressOf(application)}\"";
        // Every page is full, however few epochs there are: a shorter one would cost less.
        var page = $"\"limit\":{PageSize},\"offset\":{random.Next(Math.Min(_epochs - PageSize, FarthestOffset))}";
        var (method, parameters) = name switch
        {
            "listEpochs" or "listInputs" or "listOutputs" => (name, page),
            "listInputs of a sender" => ("listInputs", $"\"sender\":\"{StoredHistory.AddressOf(7)}\",{page}"),
            "listOutputs of an epoch" => ("listOutputs", $"\"epoch_index\":\"0x{epoch:x}\",\"limit\":{PageSize}"),
            "listOutputs of a kind" => ("listOutputs", $"\"output_type\":\"0xc258d6e5\",{page}"),
            "getEpoch" => (name, $"\"epoch_index\":\"0x{epoch:x}\""),
            "getInput" => (name, $"\"input_index\":\"0x{epoch:x}\""),
            _ => ("getOutput", $"\"output_index\":\"0x{output:x}\""),
        };
        var body = $$$"""{"jsonrpc":"2.0","id":1,"method":"cartesi_{{{method}}}","params":{{{{app}}},{{{parameters}}}}}""";
        var began = Stopwatch.GetTimestamp();
        var answer = await AskAsync(body);
        var time = Stopwatch.GetElapsedTime(began);
        return answer.Contains("\"result\"", StringComparison.Ordinal)
            ? time
            : throw new InvalidOperationException($"The Api answered {body} with {answer}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _program.DisposeAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await AskAsync("""{"jsonrpc":"2.0","id":1,"method":"cartesi_getChainId","params":{}}""")).Length > 0;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<string> AskAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, Json);
        using var answer = await _http.PostAsync((Uri?)null, content);
        return await answer.Content.ReadAsStringAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
