using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rollups.Domain;

namespace Rollups.Api.Rpc;

/// <summary>The forms that values of parameters have: how each is read, and its JSON schema.</summary>
internal static class ParameterForms
{
    private const int HexDigits = 16;

    // Each value is a search of its own.
    private const int MostValues = 16;

    public static RpcParameter<ulong> Number(string name, string summary) =>
        new(name, summary, () => Text("^0x[0-9a-fA-F]{1,16}$"), "a hex string of 0x and 1 to 16 digits, such as 0x0", ReadNumber);

    public static RpcParameter<Address> Address(string name, string summary) =>
        new(
            name,
            summary,
            () => Text("^0x[0-9a-fA-F]{40}$"),
            "an address: 0x and 40 hex digits",
            value => Domain.Address.TryParse(SentJson.TextOf(value), out var address) ? address : null
        );

    public static RpcParameter<Hash32> Hash(string name, string summary) =>
        new(
            name,
            summary,
            () => Text("^0x[0-9a-fA-F]{64}$"),
            "a hash: 0x and 64 hex digits",
            value => Hash32.TryParse(SentJson.TextOf(value), out var hash) ? hash : null
        );

    public static RpcParameter<bool> Flag(string name, string summary) =>
        new(
            name,
            summary,
            () => new JsonObject { ["type"] = "boolean" },
            "true or false",
            value => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null
        );

    public static RpcParameter<ApplicationKey> Application(string name, string summary) =>
        new(
            name,
            summary,
            () => Text(ApplicationKey.Pattern),
            "an address (0x and 40 hex digits) or a name (lower-case letters, digits, '_' and '-')",
            value => SentJson.TextOf(value) is { } text && ApplicationKey.TryParse(text, out var key) ? key : null
        );

    /// <summary>A plain JSON number: the paging parameters alone have this form.</summary>
    public static RpcParameter<int> Count(string name, string summary) =>
        new(
            name,
            summary,
            () => new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
            "a number of 0 or more, without quotes",
            value =>
                value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0
                    ? (int)Math.Min(number, int.MaxValue)
                    : null
        );

    /// <summary>One value or a list of some values; an empty list would match nothing, so it is refused.</summary>
    public static RpcParameter<ValueList<T>> OneOrMore<T>(
        string name,
        string summary,
        Func<JsonObject> schema,
        string expected,
        Func<JsonElement, T?> read
    )
        where T : class =>
        new(
            name,
            summary,
            () =>
                new JsonObject
                {
                    ["anyOf"] = new JsonArray(
                        schema(),
                        new JsonObject
                        {
                            ["type"] = "array",
                            ["minItems"] = 1,
                            ["maxItems"] = MostValues,
                            ["items"] = schema(),
                        }
                    ),
                },
            $"{expected}, or a list of 1 to {MostValues} of them",
            value =>
            {
                if (value.ValueKind != JsonValueKind.Array)
                    return read(value) is { } one ? new ValueList<T>([one]) : null;
                if (value.GetArrayLength() is 0 or > MostValues)
                    return null;
                var all = value.EnumerateArray().Select(read).ToList();
                return all.TrueForAll(item => item is not null) ? new ValueList<T>([.. all.Distinct()!]) : null;
            }
        );

    /// <summary>JSON schema of a text with that pattern.</summary>
    public static JsonObject Text(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    private static ulong? ReadNumber(JsonElement value)
    {
        if (
            SentJson.TextOf(value) is not { Length: > 2 and <= 2 + HexDigits } text
            || !text.StartsWith("0x", StringComparison.Ordinal)
            || !ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
        )
            return null;
        // The database stores nothing larger, so a larger number finds the same nothing as the largest.
        return Math.Min(number, long.MaxValue);
    }
}
