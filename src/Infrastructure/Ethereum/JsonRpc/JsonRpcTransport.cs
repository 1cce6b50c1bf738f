using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;

namespace Rollups.Ethereum;

/// <summary>JSON-RPC 2.0 over HTTP: single calls and batches. Answers are matched by id, because a batch may come back in any order.</summary>
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
            builder.AddRetry(JsonRpcResilience.RateLimit<RpcAnswer[]>(_options, answers => answers.Any(answer => answer.MayPass && RpcErrors.IsRateLimit(answer.Error))));
        _rateLimit = builder.Build();
    }

    public async Task<JsonNode?> CallAsync(string method, JsonArray parameters, CancellationToken cancellationToken)
    {
        var answers = await CallManyAsync([new RpcCall(method, parameters)], cancellationToken);
        var answer = answers[0];
        return answer.Error is null ? answer.Result : throw RpcErrors.ToException(method, answer.Error);
    }

    /// <summary>One answer a call, in the calls' order. Errors are answers; an endpoint that does not answer is an exception.</summary>
    public async Task<RpcAnswer[]> CallManyAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken)
    {
        var answers = new RpcAnswer[calls.Count];
        for (var start = 0; start < calls.Count; start += _options.MaxBatchSize)
        {
            var chunk = calls.Skip(start).Take(_options.MaxBatchSize).ToList();
            var chunkAnswers = await _rateLimit.ExecuteAsync(async token => await SendAsync(chunk, token), cancellationToken);
            chunkAnswers.CopyTo(answers, start);
        }

        return answers;
    }

    private async Task<RpcAnswer[]> SendAsync(List<RpcCall> calls, CancellationToken cancellationToken)
    {
        var first = Interlocked.Add(ref _id, calls.Count) - calls.Count + 1;
        var requests = calls.Select((call, i) => (JsonNode)new JsonObject
        {
            ["jsonrpc"] = "2.0", ["id"] = first + i, ["method"] = call.Method, ["params"] = call.Parameters.DeepClone(),
        }).ToArray();
        JsonNode body = requests.Length == 1 ? requests[0] : new JsonArray(requests);
        var (root, succeeded) = await PostAsync(calls[0].Method, body, cancellationToken);
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
            // A batch that is refused as a whole comes back as one error object without an id.
            if (answer["id"] is not JsonValue id || !id.TryGetValue<long>(out var number))
            {
                if (error is null)
                    throw Garbage(calls[0].Method, "an answer has no id");
                return [.. calls.Select(_ => new RpcAnswer(null, error, succeeded))];
            }

            if (number < first || number >= first + calls.Count)
                continue;
            // "result": null is an answer, such as that there is no receipt; no result at all is none.
            if (error is null && !answer.ContainsKey("result"))
                throw Garbage(calls[(int)(number - first)].Method, "the answer has neither a result nor an error");
            answers[number - first] = new RpcAnswer(answer["result"], error, succeeded);
        }

        return [.. answers.Select((answer, i) => answer ?? throw Garbage(calls[i].Method, "the answer to this call is missing"))];
    }

    /// <summary>The answer, and whether HTTP calls it a success; a failure that HTTP names has been tried again already.</summary>
    private async Task<(JsonNode Answer, bool Succeeded)> PostAsync(string method, JsonNode body, CancellationToken cancellationToken)
    {
        try
        {
            using var client = _clients.CreateClient(ClientName);
            using var response = await client.PostAsJsonAsync((Uri?)null, body, cancellationToken);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return Parse(bytes) switch
            {
                JsonArray answers => (answers, response.IsSuccessStatusCode),
                JsonObject answer when response.IsSuccessStatusCode || answer.ContainsKey("jsonrpc") => (answer, response.IsSuccessStatusCode),
                _ when response.IsSuccessStatusCode => throw Garbage(method, "the answer is not JSON-RPC"),
                _ => throw Status(method, response, bytes),
            };
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

    private static EthereumRpcException Status(string method, HttpResponseMessage response, byte[] body) =>
        new(method, (int)response.StatusCode, $"the L1 endpoint answered HTTP {(int)response.StatusCode}: {RpcErrors.Shorten(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 1000))))}");

    private static EthereumRpcException Garbage(string method, string what) =>
        new(method, null, $"{what}. Check that Ethereum:HttpEndpoint is an Ethereum JSON-RPC endpoint");
}

internal sealed record RpcCall(string Method, JsonArray Parameters);

/// <param name="Result">The result, which may be null.</param>
/// <param name="Error">The JSON-RPC error, or null.</param>
/// <param name="MayPass">False where the request was already repeated as often as it may.</param>
internal sealed record RpcAnswer(JsonNode? Result, JsonObject? Error, bool MayPass);
