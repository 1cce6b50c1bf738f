using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Rollups.Domain;

namespace Rollups.Cli.Http;

/// <summary>An object in an answer of the node's API. A member that is missing or of another form is a FormatException.</summary>
internal readonly struct WireRow(JsonElement row)
{
    /// <summary>What published clients call CLAIM_CALCULATED.</summary>
    public const string ClaimComputed = "CLAIM_COMPUTED";

    public ulong Number(string name) => FindNumber(name) ?? throw Wrong(name);

    /// <summary>Hex in JSON-RPC, a number in the other answers; null if it is null or absent.</summary>
    public ulong? FindNumber(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number ? (value.TryGetUInt64(out var plain) ? plain : throw Wrong(name))
        : value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 2 } text
        && text.StartsWith("0x", StringComparison.Ordinal)
        && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
        : throw Wrong(name);

    public decimal Decimal(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var number) ? number : throw Wrong(name);

    /// <summary>A number of up to 256 bits.</summary>
    public BigInteger? FindInteger(string name) =>
        FindText(name) is not { } text ? null
        : text.StartsWith("0x", StringComparison.Ordinal)
        && BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
        : throw Wrong(name);

    public string Text(string name) => FindText(name) ?? throw Wrong(name);

    public string? FindText(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name);

    public bool Flag(string name) =>
        Find(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : throw Wrong(name);

    public Hash32 Hash(string name) => FindHash(name) ?? throw Wrong(name);

    public Hash32? FindHash(string name) => FindText(name) is { } text ? Hash32.Parse(text) : null;

    public Address Address(string name) => FindAddress(name) ?? throw Wrong(name);

    public Address? FindAddress(string name) => FindText(name) is { } text ? Domain.Address.Parse(text) : null;

    public byte[] Bytes(string name) => FindBytes(name) ?? throw Wrong(name);

    public byte[]? FindBytes(string name) => FindText(name) is { } text ? Hex.Decode(text) : null;

    public Guid? FindId(string name) =>
        FindText(name) is not { } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw Wrong(name);

    public DateTimeOffset Time(string name) => FindTime(name) ?? throw Wrong(name);

    public DateTimeOffset? FindTime(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time
        : throw Wrong(name);

    public TEnum Word<TEnum>(string name)
        where TEnum : struct, Enum => EnumNames.Parse<TEnum>(Text(name));

    /// <summary>The stage of an epoch, which published clients know by another word.</summary>
    public EpochStatus Stage(string name) =>
        Text(name) is var word && word == ClaimComputed ? EpochStatus.ClaimCalculated : EnumNames.Parse<EpochStatus>(word);

    public IReadOnlyList<WireRow> Rows(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(one => new WireRow(one))]
            : throw Wrong(name);

    public WireRow Row(string name) => FindRow(name) ?? throw Wrong(name);

    public WireRow? FindRow(string name) => Find(name) is { ValueKind: JsonValueKind.Object } value ? new WireRow(value) : null;

    public IReadOnlyList<Hash32>? FindHashes(string name) =>
        Find(name) is not { } list ? null
        : list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(one => Hash32.Parse(one.GetString()!))]
        : throw Wrong(name);

    private JsonElement? Find(string name) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private static FormatException Wrong(string name) => new($"The answer lacks a usable '{name}'");
}
