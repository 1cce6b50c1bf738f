using System.Globalization;
using System.Text.Json.Nodes;

namespace Rollups.Testing;

/// <summary>
/// A replica of the endpoint that lacks its newest blocks: for <see cref="JsonRpcProxy.On"/>, for all calls or those of some methods.
/// </summary>
/// <param name="blocks">How many blocks it is behind, at any time.</param>
/// <param name="clamps">
/// True: a call at a block number that it lacks is answered as of its own head, as a careless provider does. False: with an error, as
/// nodes do.
/// </param>
public sealed class LaggingReplica(ulong blocks, bool clamps = false)
{
    private const int NotFound = -32000;

    /// <summary>Answers as the replica does.</summary>
    public RpcAction Action => AnswerAsync;

    /// <summary>Every second request goes to the replica, as behind a load balancer.</summary>
    public RpcAction EverySecond()
    {
        var requests = 0;
        return async exchange =>
        {
            if (Interlocked.Increment(ref requests) % 2 == 0)
                await AnswerAsync(exchange);
            else
                await exchange.AnswerAsync(await exchange.ForwardAsync());
        };
    }

    private async Task AnswerAsync(RpcExchange exchange)
    {
        var newest = Number((await exchange.ForwardAsync(Call("eth_blockNumber")))["result"]);
        var head = newest - Math.Min(newest, blocks);
        var answers = new JsonArray();
        foreach (var call in exchange.Calls)
            answers.Add(await AnswerAsync(exchange, call.DeepClone().AsObject(), head));
        await exchange.AnswerAsync(exchange.Request is JsonArray ? answers : answers[0]!.DeepClone());
    }

    private async Task<JsonNode> AnswerAsync(RpcExchange exchange, JsonObject call, ulong head)
    {
        var parameters = call["params"]?.AsArray() ?? [];
        switch (call["method"]!.GetValue<string>())
        {
            case "eth_blockNumber":
                return Result(call, Hex(head));
            case "eth_getBlockByNumber":
                parameters[0] = Named(parameters[0]!, head);
                return Number(parameters[0]) > head ? Result(call, null) : await exchange.ForwardAsync(call);
            case "eth_getLogs":
                var filter = parameters[0]!.AsObject();
                if (Number(filter["fromBlock"]) > head)
                    return Result(call, new JsonArray());
                filter["toBlock"] = Hex(Math.Min(head, Number(filter["toBlock"])));
                return await exchange.ForwardAsync(call);
            case "eth_getTransactionReceipt":
                var answer = await exchange.ForwardAsync(call);
                return answer["result"]?["blockNumber"] is { } mined && Number(mined) > head ? Result(call, null) : answer;
            case "eth_call" or "eth_getCode" or "eth_getBalance" or "eth_getTransactionCount":
                return await AtBlockAsync(exchange, call, parameters, head);
            case "eth_estimateGas" when parameters.Count == 1:
                parameters.Add(Hex(head));
                return await exchange.ForwardAsync(call);
            default:
                return await exchange.ForwardAsync(call);
        }
    }

    private async Task<JsonNode> AtBlockAsync(RpcExchange exchange, JsonObject call, JsonArray parameters, ulong head)
    {
        if (parameters[^1] is JsonObject byHash)
        {
            var block = (await exchange.ForwardAsync(Call("eth_getBlockByHash", byHash["blockHash"]!.DeepClone(), false)))["result"];
            return block is null || Number(block["number"]) > head
                ? Error(call, "header for hash not found")
                : await exchange.ForwardAsync(call);
        }

        parameters[^1] = Named(parameters[^1]!, head);
        if (Number(parameters[^1]) > head && !clamps)
            return Error(call, "header not found");
        parameters[^1] = Hex(Math.Min(head, Number(parameters[^1])));
        return await exchange.ForwardAsync(call);
    }

    /// <summary>The block's number where it is named; Anvil's safe and finalized blocks are the head's parent and grandparent.</summary>
    private static JsonNode Named(JsonNode block, ulong head) =>
        block.GetValue<string>() switch
        {
            "latest" or "pending" => Hex(head),
            "safe" => Hex(head - Math.Min(head, 1)),
            "finalized" => Hex(head - Math.Min(head, 2)),
            _ => block.DeepClone(),
        };

    private static JsonObject Call(string method, params ReadOnlySpan<JsonNode?> parameters) =>
        new()
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = method,
            ["params"] = new JsonArray(parameters),
        };

    private static JsonObject Result(JsonObject call, JsonNode? result) =>
        new()
        {
            ["jsonrpc"] = "2.0",
            ["id"] = call["id"]!.DeepClone(),
            ["result"] = result,
        };

    private static JsonObject Error(JsonObject call, string message) =>
        new()
        {
            ["jsonrpc"] = "2.0",
            ["id"] = call["id"]!.DeepClone(),
            ["error"] = new JsonObject { ["code"] = NotFound, ["message"] = message },
        };

    private static ulong Number(JsonNode? hex) =>
        ulong.Parse(hex!.GetValue<string>().AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static JsonNode Hex(ulong number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);
}
