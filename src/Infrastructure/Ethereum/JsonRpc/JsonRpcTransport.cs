using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
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
    private readonly ResiliencePipeline<RpcAnswer[]> _rateLimit;
    private long _id;

    public JsonRpcTransport(IHttpClientFactory clients, IOptions<EthereumOptions> options, TimeProvider clock)
    {
        _clients = clients;
        _options = options.Value;
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

    public async Task<JsonNode?> CallAsync(string method, JsonArray parameters, CancellationToken cancellationToken) =>
        Result(method, await SendAsync([new RpcCall(method, parameters)], cancellationToken));

    /// <summary>The same in a single attempt, whatever the failure.</summary>
    public async Task<JsonNode?> CallOnceAsync(string method, JsonArray parameters, CancellationToken cancellationToken) =>
        Result(method, await SendOnceAsync([new RpcCall(method, parameters)], cancellationToken));

    /// <summary>
    /// All calls in one request: one answer per call, in order. Errors are answers; an endpoint that does not answer causes an
    /// exception.
    /// </summary>
    public async Task<RpcAnswer[]> SendAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken) =>
        await _rateLimit.ExecuteAsync(async token => await PostCallsAsync(calls, once: false, token), cancellationToken);

    /// <summary>The same in a single attempt, whatever the failure.</summary>
    public Task<RpcAnswer[]> SendOnceAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken) =>
        PostCallsAsync(calls, once: true, cancellationToken);

    private static JsonNode? Result(string method, RpcAnswer[] answers) =>
        answers[0].Error is { } error ? throw RpcErrors.ToException(method, error) : answers[0].Result;

    private async Task<RpcAnswer[]> PostCallsAsync(IReadOnlyList<RpcCall> calls, bool once, CancellationToken cancellationToken)
    {
        var first = Interlocked.Add(ref _id, calls.Count) - calls.Count + 1;
        var requests = calls
            .Select(
                (call, i) =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["jsonrpc"] = "2.0",
                            ["id"] = first + i,
                            ["method"] = call.Method,
                            ["params"] = call.Parameters.DeepClone(),
                        }
            )
            .ToArray();
        JsonNode body = requests.Length == 1 ? requests[0] : new JsonArray(requests);
        var (root, succeeded) = await PostAsync(calls[0].Method, body, once, cancellationToken);
        var answers = new RpcAnswer?[calls.Count];
        foreach (var item in root is JsonArray array ? array.ToArray() : [root])
        {
            if (item is not JsonObject answer)
                throw Garbage(calls[0].Method, "an answer is not a JSON object");
            var error = answer["error"] switch
            {
                null => null,
                JsonObject known => known,
                var odd => throw Garbage(calls[0].Method, $"the error '{RpcErrors.Shorten(odd.ToJsonString())}' is not a JSON-RPC error"),
            };
            // A batch refused as a whole comes back as one error object without an id.
            if (answer["id"] is not JsonValue id || !id.TryGetValue<long>(out var number))
            {
                if (error is null)
                    throw Garbage(calls[0].Method, "an answer has no id");
                return [.. calls.Select(_ => new RpcAnswer(null, error, succeeded))];
            }

            if (number < first || number >= first + calls.Count)
                continue;
            // "result": null is an answer, such as for a missing receipt; an absent result is not.
            if (error is null && !answer.ContainsKey("result"))
                throw Garbage(calls[(int)(number - first)].Method, "the answer has neither a result nor an error");
            answers[number - first] = new RpcAnswer(answer["result"], error, succeeded);
        }

        return [.. answers.Select((answer, i) => answer ?? throw Garbage(calls[i].Method, "the answer to this call is missing"))];
    }

    /// <summary>The answer, and whether HTTP reported success; HTTP failures have already been retried.</summary>
    private async Task<(JsonNode Answer, bool Succeeded)> PostAsync(
        string method,
        JsonNode body,
        bool once,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var client = _clients.CreateClient(ClientName);
            using var request = new HttpRequestMessage(HttpMethod.Post, (Uri?)null) { Content = JsonContent.Create(body) };
            request.Options.Set(JsonRpcResilience.Once, once);
            using var response = await client.SendAsync(request, cancellationToken);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return Parse(bytes) switch
            {
                JsonArray answers => (answers, response.IsSuccessStatusCode),
                JsonObject answer when response.IsSuccessStatusCode || answer.ContainsKey("jsonrpc") => (
                    answer,
                    response.IsSuccessStatusCode
                ),
                _ when response.IsSuccessStatusCode => throw Garbage(method, "the answer is not JSON-RPC"),
                _ => throw Status(method, response, bytes),
            };
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

    private static JsonNode? Parse(byte[] bytes)
    {
        try
        {
            return JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
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

internal sealed record RpcCall(string Method, JsonArray Parameters);

/// <param name="Result">The result, which may be null.</param>
/// <param name="Error">The JSON-RPC error, or null.</param>
/// <param name="MayPass">False if the request was already retried as often as allowed.</param>
internal sealed record RpcAnswer(JsonNode? Result, JsonObject? Error, bool MayPass);
