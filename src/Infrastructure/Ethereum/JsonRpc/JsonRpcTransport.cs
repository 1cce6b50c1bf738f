using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
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
        {
            builder.AddRetry(new RetryStrategyOptions<RpcAnswer[]>
            {
                MaxRetryAttempts = _options.MaxRetries,
                Delay = _options.RetryDelay,
                MaxDelay = TimeSpan.FromSeconds(30),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result?.Any(answer => RpcErrors.IsRateLimit(answer.Error)) == true),
            });
        }

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
        var root = await PostAsync(calls[0].Method, body, cancellationToken);
        var answers = new RpcAnswer?[calls.Count];
        foreach (var item in root is JsonArray array ? array.ToArray() : [root])
        {
            // A batch that is refused as a whole comes back as one error object without an id.
            if (item is not JsonObject answer)
                throw Garbage(calls[0].Method, "an answer is not a JSON object");
            var error = answer["error"] as JsonObject;
            if (answer["id"] is not JsonValue id || !id.TryGetValue<long>(out var number))
            {
                if (error is null)
                    throw Garbage(calls[0].Method, "an answer has no id");
                return [.. calls.Select(_ => new RpcAnswer(null, error))];
            }

            if (number >= first && number < first + calls.Count)
                answers[number - first] = new RpcAnswer(answer["result"], error);
        }

        return [.. answers.Select((answer, i) => answer ?? throw Garbage(calls[i].Method, "the answer to this call is missing"))];
    }

    private async Task<JsonNode> PostAsync(string method, JsonNode body, CancellationToken cancellationToken)
    {
        try
        {
            using var client = _clients.CreateClient(ClientName);
            using var response = await client.PostAsJsonAsync((Uri?)null, body, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            try
            {
                if (JsonNode.Parse(text) is { } node and (JsonObject or JsonArray))
                    return node is JsonObject json && !json.ContainsKey("jsonrpc") && !response.IsSuccessStatusCode ? throw Status(method, response, text) : node;
            }
            catch (JsonException)
            {
                // Falls through: not JSON.
            }

            throw response.IsSuccessStatusCode ? Garbage(method, "the answer is not JSON") : Status(method, response, text);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutRejectedException or IOException)
        {
            throw new EthereumUnreachableException(method, new Uri(_options.HttpEndpoint).Authority, exception);
        }
    }

    private static EthereumRpcException Status(string method, HttpResponseMessage response, string text) =>
        new(method, (int)response.StatusCode, $"the L1 endpoint answered HTTP {(int)response.StatusCode}: {RpcErrors.Shorten(text)}");

    private static EthereumRpcException Garbage(string method, string what) =>
        new(method, null, $"{what}. Check that Ethereum:HttpEndpoint is an Ethereum JSON-RPC endpoint");
}

internal sealed record RpcCall(string Method, JsonArray Parameters);

internal sealed record RpcAnswer(JsonNode? Result, JsonObject? Error);
