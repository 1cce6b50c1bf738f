using System.Text.Json.Nodes;

namespace Rollups.Testing;

/// <summary>Faults that networks and providers inflict on calls.</summary>
public static class RpcActions
{
    /// <summary>The connection breaks before the call is forwarded: it never happened.</summary>
    public static RpcAction DropBefore =>
        exchange =>
        {
            exchange.Cut();
            return Task.CompletedTask;
        };

    /// <summary>The call is forwarded and has its effect; the connection breaks before the answer.</summary>
    public static RpcAction DropAfter =>
        async exchange =>
        {
            await exchange.ForwardAsync();
            exchange.Cut();
        };

    /// <summary>The call is forwarded and has its effect; the connection breaks in the middle of the answer.</summary>
    public static RpcAction CutAnswer => async exchange => await exchange.AnswerHalfAsync(await exchange.ForwardAsync());

    /// <summary>The call is forwarded after a delay.</summary>
    public static RpcAction Delay(TimeSpan time) =>
        async exchange =>
        {
            await Task.Delay(time, exchange.Gone);
            await exchange.AnswerAsync(await exchange.ForwardAsync());
        };

    /// <summary>The call is passed on when the test says so; a caller who has given up by then is none.</summary>
    public static RpcAction HoldUntil(Task released) =>
        async exchange =>
        {
            await released.WaitAsync(exchange.Gone);
            await exchange.AnswerAsync(await exchange.ForwardAsync());
        };

    /// <summary>An HTTP status instead of an answer, such as 429 or 503.</summary>
    public static RpcAction Status(int status, string? retryAfter = null) => exchange => exchange.AnswerAsync("", status, retryAfter);

    /// <summary>Any body with status 200, as from a login page or a broken proxy.</summary>
    public static RpcAction Body(string body) => exchange => exchange.AnswerAsync(body);

    /// <summary>A JSON-RPC error for every call of the request.</summary>
    public static RpcAction Error(int code, string message) =>
        exchange =>
            exchange.AnswerAsync(
                Each(
                    exchange,
                    call => new JsonObject
                    {
                        ["jsonrpc"] = "2.0",
                        ["id"] = call["id"]!.DeepClone(),
                        ["error"] = new JsonObject { ["code"] = code, ["message"] = message },
                    }
                )
            );

    /// <summary>The calls are forwarded, and each answer is replaced by a function of the call and the answer.</summary>
    public static RpcAction Rewrite(Func<JsonObject, JsonNode, JsonNode> rewrite) =>
        async exchange =>
        {
            var answer = await exchange.ForwardAsync();
            var answers = (answer is JsonArray batch ? batch.Select(one => one!) : [answer]).ToDictionary(one =>
                one["id"]!.ToJsonString()
            );
            await exchange.AnswerAsync(Each(exchange, call => rewrite(call, answers[call["id"]!.ToJsonString()].DeepClone())));
        };

    /// <summary>The calls are forwarded, and each result is replaced.</summary>
    public static RpcAction Result(Func<JsonNode?> result) =>
        Rewrite(
            (_, answer) =>
            {
                answer["result"] = result();
                return answer;
            }
        );

    private static JsonNode Each(RpcExchange exchange, Func<JsonObject, JsonNode> answer) =>
        exchange.Request is JsonArray ? new JsonArray([.. exchange.Calls.Select(answer)]) : answer(exchange.Calls[0]);
}
