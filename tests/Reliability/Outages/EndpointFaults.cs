using System.Text.Json.Nodes;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Outages;

/// <summary>What is done to all calls of all services, one after the other.</summary>
internal static class EndpointFaults
{
    // More blocks than the load makes between two calls that belong together, and less than an epoch's.
    private const ulong Lag = 6;

    /// <summary>By name; null where connections are refused. Some answer the question whether the endpoint is there.</summary>
    public static IReadOnlyList<(string Name, RpcAction? Action, bool Answers)> All =>
        [
            ("refused connections", null, false),
            ("connections cut before the call", RpcActions.DropBefore, false),
            ("connections cut behind the call", RpcActions.DropAfter, false),
            ("connections cut in the middle of an answer", RpcActions.CutAnswer, false),
            ("answers after the request limit", RpcActions.Delay(TimeSpan.FromSeconds(10)), false),
            ("HTTP 500", RpcActions.Status(500), false),
            ("HTTP 502", RpcActions.Status(502), false),
            ("HTTP 429", RpcActions.Status(429), false),
            ("HTTP 429 with Retry-After", RpcActions.Status(429, "1"), false),
            ("rate limit as a JSON-RPC error", RpcActions.Error(-32005, "daily request count exceeded, request rate limited"), false),
            ("internal errors", RpcActions.Error(-32603, "internal error"), false),
            ("HTML", RpcActions.Body("<html><body>Log in</body></html>"), false),
            ("half a JSON", RpcActions.Body("{\"jsonrpc\":"), false),
            ("nothing", RpcActions.Body(""), false),
            ("no logs where there are some", RpcActions.Rewrite(WithoutLogs), true),
            ("a replica that lags at every second call", new LaggingReplica(Lag).EverySecond(), true),
        ];

    private static JsonNode WithoutLogs(JsonObject call, JsonNode answer)
    {
        if (call["method"]!.GetValue<string>() == "eth_getLogs")
            answer["result"] = new JsonArray();
        return answer;
    }

    /// <summary>Does it to every call from now on, until it is disposed.</summary>
    public static async Task<IAsyncDisposable> BeginAsync(JsonRpcProxy proxy, RpcAction? action, CancellationToken cancellationToken)
    {
        if (action is not null)
            return new Ending(proxy.On(null, action));
        await proxy.HaltAsync();
        return new Resumption(proxy, cancellationToken);
    }

    private sealed class Ending(RpcFault fault) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            fault.Hits.ShouldBeGreaterThan(0);
            fault.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Resumption(JsonRpcProxy proxy, CancellationToken cancellationToken) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await proxy.ResumeAsync(cancellationToken);
    }
}
