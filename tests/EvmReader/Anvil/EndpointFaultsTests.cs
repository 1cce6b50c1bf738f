using System.Diagnostics;
using System.Text.Json.Nodes;
using Rollups.Testing;

namespace Rollups.EvmReader.Tests.Anvil;

/// <summary>
/// Whatever the endpoint answers or does not answer: it is asked again, not too often, and nothing that it did not prove counts as read.
/// </summary>
[NeedsServers]
public sealed class EndpointFaultsTests(PostgresServer postgres) : IAsyncLifetime
{
    // Of the polls, the retries and the runner's own repeats together; a loop without waits makes thousands.
    private const double RequestsASecond = 15;

    private static readonly Dictionary<string, (string? Method, RpcAction Action)> Faults = new()
    {
        ["connections cut before the call"] = (null, RpcActions.DropBefore),
        ["connections cut in the middle of an answer"] = (null, RpcActions.CutAnswer),
        ["answers after the request limit"] = (null, RpcActions.Delay(TimeSpan.FromSeconds(10))),
        ["HTTP 500"] = (null, RpcActions.Status(500)),
        ["HTTP 502"] = (null, RpcActions.Status(502)),
        ["HTTP 404"] = (null, RpcActions.Status(404)),
        ["HTTP 429"] = (null, RpcActions.Status(429)),
        ["HTTP 429 with Retry-After"] = (null, RpcActions.Status(429, "1")),
        ["rate limit as a JSON-RPC error"] = (null, RpcActions.Error(-32005, "daily request count exceeded, request rate limited")),
        ["internal errors"] = (null, RpcActions.Error(-32603, "internal error")),
        ["errors to eth_call"] = ("eth_call", RpcActions.Error(-32000, "missing trie node")),
        ["errors to eth_getLogs"] = ("eth_getLogs", RpcActions.Error(-32000, "boom")),
        ["too many results, for any range"] = ("eth_getLogs", RpcActions.Error(-32005, "query returned more than 10000 results")),
        ["no JSON"] = (null, RpcActions.Body("{\"jsonrpc\":")),
        ["HTML"] = (null, RpcActions.Body("<html><body>Log in</body></html>")),
        ["nothing"] = (null, RpcActions.Body("")),
        ["an empty list"] = (null, RpcActions.Body("[]")),
        ["JSON null"] = (null, RpcActions.Body("null")),
        ["a huge answer"] = (null, RpcActions.Body(new string('a', 16_000_000))),
        ["wrong ids"] = (null, RpcActions.Rewrite((_, answer) => With(answer, "id", 999_999))),
        ["wrong types"] = (null, RpcActions.Result(() => 42)),
        ["null results"] = (null, RpcActions.Result(() => null)),
        ["a null count"] = ("eth_call", RpcActions.Result(() => null)),
        ["null logs"] = ("eth_getLogs", RpcActions.Result(() => null)),
        ["no logs"] = ("eth_getLogs", RpcActions.Result(() => new JsonArray())),
        ["logs without the last"] = ("eth_getLogs", RpcActions.Rewrite((_, answer) => WithoutLast(answer))),
        ["logs of odd fields"] = (
            "eth_getLogs",
            RpcActions.Result(() => new JsonArray(new JsonObject { ["address"] = "0x12", ["topics"] = 5 }))
        ),
    };

    private ReaderBehindProxy _reader = null!;

    public async ValueTask InitializeAsync() => _reader = await ReaderBehindProxy.StartAsync(postgres, "finalized", webSocket: false);

    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    [Fact]
    public async Task No_fault_of_the_endpoint_moves_the_cursor_past_an_input_or_is_met_without_waits()
    {
        foreach (var (name, (method, action)) in Faults)
        {
            await _reader.AddInputAsync();
            var start = Stopwatch.GetTimestamp();
            using (var fault = _reader.Proxy.On(method, action))
            {
                await _reader.UntilHitAsync(fault, 2);
                await _reader.AddInputAsync();
                await _reader.UntilHitAsync(fault, 4);
                ((double)fault.Hits).ShouldBeLessThan(10 + (RequestsASecond * Stopwatch.GetElapsedTime(start).TotalSeconds), name);
            }

            await _reader.ShouldStoreEveryInputOnceAsync();
        }
    }

    [Fact]
    public async Task An_endpoint_that_refuses_connections_is_tried_again_until_it_is_back()
    {
        await _reader.AddInputAsync();
        await _reader.ShouldStoreEveryInputOnceAsync();
        await _reader.Proxy.HaltAsync();
        await _reader.AddInputAsync();
        await _reader.UntilAsync(() =>
            Task.FromResult(
                _reader
                    .Log.Of(Microsoft.Extensions.Logging.LogLevel.Warning)
                    .Count(line => line.Contains("could not be read", StringComparison.Ordinal)) >= 2
            )
        );
        await _reader.AddInputAsync();
        await _reader.Proxy.ResumeAsync(TestContext.Current.CancellationToken);
        await _reader.ShouldStoreEveryInputOnceAsync();
    }

    private static JsonNode With(JsonNode answer, string field, JsonNode value)
    {
        answer[field] = value;
        return answer;
    }

    private static JsonNode WithoutLast(JsonNode answer)
    {
        var logs = answer["result"]!.AsArray();
        if (logs.Count > 0)
            logs.RemoveAt(logs.Count - 1);
        return answer;
    }
}
