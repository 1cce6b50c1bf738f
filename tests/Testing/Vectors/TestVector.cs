using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Rollups.Domain;

namespace Rollups.Testing;

/// <summary>Known answers: viem.json from generate.mjs, rollups.json from the contracts and a Cartesi machine.</summary>
public static class TestVector
{
    public static JsonObject Viem { get; } = Load("viem.json");

    public static JsonObject Rollups { get; } = Load("rollups.json");

    public static byte[] Bytes(this JsonNode node, string field) => Hex.Decode(node.Text(field));

    public static string Text(this JsonNode node, string field) => (string?)node[field] ?? throw new KeyNotFoundException(field);

    public static Address Address(this JsonNode node, string field) => Domain.Address.Parse(node.Text(field));

    public static Hash32 Hash(this JsonNode node, string field) => Hash32.Parse(node.Text(field));

    public static ulong Number(this JsonNode node, string field) => ulong.Parse(node[field]!.ToString(), CultureInfo.InvariantCulture);

    /// <summary>Decimal text, hex text or a number.</summary>
    public static BigInteger BigNumber(this JsonNode node, string field) => Big(node[field]!);

    public static BigInteger Big(JsonNode node)
    {
        var text = node.ToString();
        return text.StartsWith("0x", StringComparison.Ordinal)
            ? BigInteger.Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : BigInteger.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>The bytes that generate.mjs makes for a length.</summary>
    public static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((i * 7) + 1))];

    /// <summary>Logs of a contract event in viem.json.</summary>
    public static IEnumerable<(JsonNode Arguments, LogEntry Log)> Events(string name) =>
        from item in Viem["events"]!.AsArray()
        where item.Text("eventName") == name
        select (item["args"]!, Log([.. item["topics"]!.AsArray().Select(topic => Hash32.Parse((string)topic!))], item.Bytes("data")));

    public static LogEntry Log(IReadOnlyList<Hash32> topics, byte[] data) =>
        new(Domain.Address.Zero, topics, data, BlockNumber: 5, Hash32.Zero, Hash32.Zero, LogIndex: 2);

    private static JsonObject Load(string name)
    {
        using var stream = typeof(TestVector).Assembly.GetManifestResourceStream(name)!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
