using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// Reads the fields of JSON-RPC answers. Out-of-range values are rejected by name here, so that nothing overflows later.
/// </summary>
internal static class RpcReader
{
    public static ulong Number(string method, JsonNode? node, string field)
    {
        var number = BigNumber(method, node, field);
        return number <= long.MaxValue ? (ulong)number : throw Bad(method, field, node!.ToString(), "a number up to 2^63-1");
    }

    public static BigInteger BigNumber(string method, JsonNode? node, string field)
    {
        var text = Text(method, node, field);
        return
            text.StartsWith("0x", StringComparison.Ordinal)
            && text.Length is > 2 and <= 66
            && BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Bad(method, field, text, "a hex number of at most 256 bits");
    }

    public static byte[] Bytes(string method, JsonNode? node, string field)
    {
        var text = Text(method, node, field);
        return Hex.TryDecode(text, out var bytes) ? bytes : throw Bad(method, field, text, "hex data");
    }

    public static Hash32 Hash(string method, JsonNode? node, string field)
    {
        var text = Text(method, node, field);
        return Hash32.TryParse(text, out var hash) ? hash : throw Bad(method, field, text, "a 32-byte hash");
    }

    public static Address Address(string method, JsonNode? node, string field)
    {
        var text = Text(method, node, field);
        return Domain.Address.TryParse(text, out var address) ? address : throw Bad(method, field, text, "an address");
    }

    /// <summary>A pending block has no hash; zero stands for it.</summary>
    public static BlockHeader Block(string method, JsonNode answer, bool isPending)
    {
        var node = Object(method, answer, "result");
        return new BlockHeader(
            Number(method, node["number"], "number"),
            isPending && node["hash"] is null ? Hash32.Zero : Hash(method, node["hash"], "hash"),
            Hash(method, node["parentHash"], "parentHash"),
            Number(method, node["timestamp"], "timestamp"),
            node["baseFeePerGas"] is { } fee ? BigNumber(method, fee, "baseFeePerGas") : null
        );
    }

    public static LogEntry Log(string method, JsonNode? answer)
    {
        var node = Object(method, answer, "log");
        return new LogEntry(
            Address(method, node["address"], "address"),
            [.. List(method, node["topics"], "topics").Select(topic => Hash(method, topic, "topics"))],
            Bytes(method, node["data"], "data"),
            Number(method, node["blockNumber"], "blockNumber"),
            Hash(method, node["blockHash"], "blockHash"),
            Hash(method, node["transactionHash"], "transactionHash"),
            Number(method, node["logIndex"], "logIndex")
        );
    }

    public static IReadOnlyList<LogEntry> Logs(string method, JsonNode? answer, string field) =>
        [.. List(method, answer, field).Select(log => Log(method, log))];

    public static TransactionReceipt Receipt(string method, JsonNode answer)
    {
        var node = Object(method, answer, "result");
        return new TransactionReceipt(
            Hash(method, node["transactionHash"], "transactionHash"),
            Number(method, node["blockNumber"], "blockNumber"),
            Hash(method, node["blockHash"], "blockHash"),
            Number(method, node["status"], "status") == 1,
            Number(method, node["gasUsed"], "gasUsed"),
            node["effectiveGasPrice"] is { } price ? BigNumber(method, price, "effectiveGasPrice") : BigInteger.Zero,
            node["contractAddress"] is { } contract ? Address(method, contract, "contractAddress") : null,
            Logs(method, node["logs"], "logs")
        );
    }

    private static JsonObject Object(string method, JsonNode? node, string field) =>
        node as JsonObject ?? throw Bad(method, field, node?.ToJsonString() ?? "null", "an object");

    private static JsonArray List(string method, JsonNode? node, string field) =>
        node as JsonArray ?? throw Bad(method, field, node?.ToJsonString() ?? "null", "a list");

    private static string Text(string method, JsonNode? node, string field) =>
        node is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw Bad(method, field, node?.ToJsonString() ?? "null", "a string");

    private static EthereumRpcException Bad(string method, string field, string value, string expected) =>
        new(method, null, $"the L1 node's answer has '{RpcErrors.Shorten(value)}' in {field}, expected {expected}");
}
