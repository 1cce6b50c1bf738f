using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>Reads JSON-RPC error objects. Nodes differ in codes, so messages are matched too.</summary>
internal static partial class RpcErrors
{
    private static readonly string[] RateLimitWords =
    [
        "rate limit",
        "rate-limit",
        "ratelimit",
        "too many requests",
        "request limit",
        "request count exceeded",
        "capacity exceeded",
        "compute units per second",
    ];

    // "Already known" and "known transaction" of geth and Besu, "already imported" of Anvil and OpenEthereum, "AlreadyKnown" of
    // Nethermind; "unknown transaction type" does not count.
    [GeneratedRegex("already (known|imported|exists)|alreadyknown|already_exists|\\bknown transaction", RegexOptions.IgnoreCase)]
    private static partial Regex AlreadyKnown { get; }

    public static bool IsRateLimit(JsonObject? error) => error is not null && IsRateLimit(Code(error), Text(error["message"]) ?? "");

    /// <summary>True if the contract itself reverted: a retry gives the same answer.</summary>
    public static bool IsRevert(JsonObject error) => RevertData(error) is not null || Contains(Text(error["message"]) ?? "", "revert");

    /// <summary>
    /// True if a smaller request might succeed: any failure but a rate limit, which the node waits out. Every provider words its size
    /// limits differently, so only a smaller request shows whether the size was the cause.
    /// </summary>
    public static bool MayBeForSize(Exception exception) =>
        exception switch
        {
            EthereumRpcException error => !IsRateLimit(error.Code, error.NodeMessage),
            EthereumUnreachableException => true,
            _ => false,
        };

    public static bool IsAlreadyKnown(EthereumRpcException exception) => AlreadyKnown.IsMatch(exception.NodeMessage);

    public static EthereumRpcException ToException(string method, JsonObject error)
    {
        var message = Shorten(Text(error["message"]) ?? "an error without a readable message");
        return IsRevert(error)
            ? new ContractRevertedException(method, RevertData(error) ?? [], message)
            : new EthereumRpcException(method, Code(error), message);
    }

    public static string Shorten(string text)
    {
        var line = new string([.. text.Take(300).Select(c => char.IsControl(c) ? ' ' : c)]);
        return text.Length > 300 ? line + "..." : line;
    }

    // Anvil and geth send code 3 with the bytes as "data"; others prefix them with "Reverted ", or wrap them in an object.
    private static byte[]? RevertData(JsonObject error) =>
        error["data"] switch
        {
            JsonValue value when Code(error) is 3 or -32015 or -32000 => Bytes(value),
            JsonObject inner when inner["data"] is JsonValue value => Bytes(value),
            _ => null,
        };

    private static byte[]? Bytes(JsonValue value) =>
        Text(value) is { } text && Hex.TryDecode(text.StartsWith("Reverted ", StringComparison.Ordinal) ? text[9..] : text, out var data)
            ? data
            : null;

    /// <summary>Null also for a string that is no text, such as half a surrogate pair.</summary>
    private static string? Text(JsonNode? node)
    {
        try
        {
            return node?.ToString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // "Request limit of 100 blocks" limits a range, not a rate.
    private static bool IsRateLimit(int? code, string message) =>
        code is 429 or -32097
        || (code is not 413 && Contains(message, RateLimitWords) && !Contains(message, "range", "blocks", "results", "response size"));

    private static int? Code(JsonObject error) => error["code"] is JsonValue value && value.TryGetValue<int>(out var code) ? code : null;

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
