using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using Polly;
using Polly.Timeout;

namespace Rollups.Ethereum;

/// <summary>
/// JSON-RPC 2.0 over HTTP: one request at a time, of one or several calls. Answers are matched by id, because a batch may come back in
/// any order.
/// </summary>
internal sealed class JsonRpcTransport
{
    public const string ClientName = "ethereum";

    private readonly IHttpClientFactory _clients;
    private readonly EthereumOptions _options;
    private readonly Uri _endpoint;
    private readonly ResiliencePipeline<RpcAnswer[]> _rateLimit;
    private long _id;

    public JsonRpcTransport(IHttpClientFactory clients, IOptions<EthereumOptions> options, TimeProvider clock)
    {
        _clients = clients;
        _options = options.Value;
        _endpoint = EndpointAddress.Parse(_options.HttpEndpoint).Uri;
        var builder = new ResiliencePipelineBuilder<RpcAnswer[]> { TimeProvider = clock };
        if (_options.MaxRetries > 0)
            builder.AddRetry(
                JsonRpcResilience.RateLimit<RpcAnswer[]>(
                    _options,
                    answers => answers.Any(answer => answer.MayPass && RpcErrors.IsRateLimit(answer.Error))
                )
            );
        _rateLimit = builder.Build();
    }

    public async Task<JsonElement> CallAsync(RpcRequest call, CancellationToken cancellationToken) =>
        Result((await SendAsync([call], cancellationToken))[0]);

    /// <summary>The same in a single attempt, whatever the failure.</summary>
    public async Task<JsonElement> CallOnceAsync(RpcRequest call, CancellationToken cancellationToken) =>
        Result((await SendOnceAsync([call], cancellationToken))[0]);

    /// <summary>
    /// All calls in one request: one answer per call, in order. Errors are answers; an endpoint that does not answer causes an
    /// exception.
    /// </summary>
    public async Task<RpcAnswer[]> SendAsync(IReadOnlyList<RpcRequest> calls, CancellationToken cancellationToken) =>
        await _rateLimit.ExecuteAsync(async token => await PostCallsAsync(calls, once: false, token), cancellationToken);

    /// <summary>The same in a single attempt, whatever the failure.</summary>
    public Task<RpcAnswer[]> SendOnceAsync(IReadOnlyList<RpcRequest> calls, CancellationToken cancellationToken) =>
        PostCallsAsync(calls, once: true, cancellationToken);

    private static JsonElement Result(RpcAnswer answer) =>
        answer.Error is { } error ? throw RpcErrors.ToException(answer.Method, error) : answer.Result;

    private async Task<RpcAnswer[]> PostCallsAsync(IReadOnlyList<RpcRequest> calls, bool once, CancellationToken cancellationToken)
    {
        using var request = RpcTelemetry.Begin(calls, _endpoint);
        try
        {
            return request.Answered(await ExchangeAsync(calls, once, cancellationToken));
        }
        catch (Exception exception)
        {
            request.Failed(exception);
            throw;
        }
    }

    private async Task<RpcAnswer[]> ExchangeAsync(IReadOnlyList<RpcRequest> calls, bool once, CancellationToken cancellationToken)
    {
        var first = Interlocked.Add(ref _id, calls.Count) - calls.Count + 1;
        // The ids are the transport's own: the one that Nethereum gives by default is the same for every request.
        var messages = calls.Select((call, i) => new RpcRequestMessage(first + i, call.Method, call.RawParameters)).ToArray();
        var body =
            messages.Length == 1
                ? JsonContent.Create(messages[0], options: RpcJson.Requests)
                : JsonContent.Create(messages, options: RpcJson.Requests);
        var (root, succeeded) = await PostAsync(calls[0].Method, body, once, cancellationToken);
        var answers = new RpcAnswer?[calls.Count];
        foreach (var answer in root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : new[] { root })
        {
            if (answer.ValueKind != JsonValueKind.Object)
                throw Garbage(calls[0].Method, "an answer is not a JSON object");
            var error = Error(calls[0].Method, answer);
            // A batch refused as a whole comes back as one error object without an id.
            if (!answer.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out var number))
            {
                if (error is null)
                    throw Garbage(calls[0].Method, "an answer has no id");
                return [.. calls.Select(call => new RpcAnswer(call.Method, default, error, succeeded))];
            }

            if (number < first || number >= first + calls.Count)
                continue;
            // "result": null is an answer, such as for a missing receipt; an absent result is not.
            var method = calls[(int)(number - first)].Method;
            if (!answer.TryGetProperty("result", out var result) && error is null)
                throw Garbage(method, "the answer has neither a result nor an error");
            answers[number - first] = new RpcAnswer(method, result, error, succeeded);
        }

        return [.. answers.Select((answer, i) => answer ?? throw Garbage(calls[i].Method, "the answer to this call is missing"))];
    }

    private static JsonObject? Error(string method, JsonElement answer) =>
        !answer.TryGetProperty("error", out var error) || error.ValueKind == JsonValueKind.Null ? null
        : error.ValueKind == JsonValueKind.Object ? JsonObject.Create(error)
        : throw Garbage(method, $"the error '{RpcErrors.Shorten(error.GetRawText())}' is not a JSON-RPC error");

    /// <summary>The answer, and whether HTTP reported success; HTTP failures have already been retried.</summary>
    private async Task<(JsonElement Answer, bool Succeeded)> PostAsync(
        string method,
        JsonContent body,
        bool once,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var client = _clients.CreateClient(ClientName);
            using var request = new HttpRequestMessage(HttpMethod.Post, (Uri?)null) { Content = body };
            request.Options.Set(JsonRpcResilience.Once, once);
            using var response = await client.SendAsync(request, cancellationToken);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var answer = Parse(bytes);
            var isAnswer = answer.ValueKind switch
            {
                JsonValueKind.Array => true,
                JsonValueKind.Object => response.IsSuccessStatusCode || answer.TryGetProperty("jsonrpc", out _),
                _ => false,
            };
            return isAnswer ? (answer, response.IsSuccessStatusCode)
                : response.IsSuccessStatusCode ? throw Garbage(method, "the answer is not JSON-RPC")
                : throw Status(method, response, bytes);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new EthereumRpcException(
                method,
                null,
                $"the answer has more than {_options.MaxAnswerMegabytes} MB, the limit of Ethereum:MaxAnswerMegabytes",
                exception
            );
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutRejectedException or IOException)
        {
            throw new EthereumUnreachableException(method, new Uri(_options.HttpEndpoint).Authority, exception);
        }
    }

    /// <summary>Undefined if it is not JSON, or has a property twice.</summary>
    private static JsonElement Parse(byte[] bytes)
    {
        try
        {
            return JsonElement.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private EthereumRpcException Status(string method, HttpResponseMessage response, byte[] body)
    {
        var code = (int)response.StatusCode;
        // Host and port only: the rest of an endpoint's URL may be a key.
        if (code is >= 300 and < 400 && RedirectHandler.Location(new Uri(_options.HttpEndpoint), response) is { } target)
            return new EthereumRpcException(
                method,
                code,
                $"the L1 endpoint redirects to {target.Scheme}://{target.Authority}, which is not followed: set Ethereum:HttpEndpoint to "
                    + $"the address of the L1 node itself"
            );
        return new(
            method,
            code,
            $"the L1 endpoint answered HTTP {code}: "
                + $"{RpcErrors.Shorten(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 1000))))}"
        );
    }

    private static EthereumRpcException Garbage(string method, string what) =>
        new(method, null, $"{what}. Check that Ethereum:HttpEndpoint is an Ethereum JSON-RPC endpoint");
}
