using System.Text.Json.Nodes;

namespace Rollups.Ethereum;

/// <summary>Reads JSON-RPC error objects. Nodes differ in codes, so messages are matched too.</summary>
internal static class RpcErrors
{
    public static bool IsRateLimit(JsonObject? error) =>
        error is not null && (Code(error) is 429 or -32097 || Mentions(error, "rate limit", "too many requests", "request limit", "capacity exceeded"));

    public static bool IsRangeTooLarge(EthereumRpcException exception) =>
        exception is not ContractRevertedException
        && (exception.Code is -32047 or -32600 or -32005 or 400 or 413
            || Contains(exception.NodeMessage, "block range", "too many results", "more than", "query returned", "response size", "range is too large", "limit exceeded"));

    public static bool IsAlreadyKnown(EthereumRpcException exception) =>
        Contains(exception.NodeMessage, "already known", "already imported", "known transaction", "alreadyexists");

    public static EthereumRpcException ToException(string method, JsonObject error)
    {
        var message = Shorten(error["message"]?.ToString() ?? "an error without a message");
        return RevertData(error) is { } data || Contains(message, "revert")
            ? new ContractRevertedException(method, RevertData(error) ?? [], message)
            : new EthereumRpcException(method, Code(error), message);
    }

    public static string Shorten(string text)
    {
        var line = new string([.. text.Take(300).Select(c => char.IsControl(c) ? ' ' : c)]);
        return text.Length > 300 ? line + "..." : line;
    }

    // Anvil and geth give code 3 with the bytes as "data"; others wrap them in an object.
    private static byte[]? RevertData(JsonObject error) => error["data"] switch
    {
        JsonValue value when Code(error) is 3 or -32015 or -32000 && value.TryGetValue<string>(out var text) && Hex.TryDecode(text, out var data) => data,
        JsonObject inner when inner["data"] is JsonValue value && value.TryGetValue<string>(out var text) && Hex.TryDecode(text, out var data) => data,
        _ => null,
    };

    private static int? Code(JsonObject error) => error["code"] is JsonValue value && value.TryGetValue<int>(out var code) ? code : null;

    private static bool Mentions(JsonObject error, params ReadOnlySpan<string> words) => Contains(error["message"]?.ToString() ?? "", words);

    private static bool Contains(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
