using System.Globalization;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>How answers are written: snake case, numbers of the chain and bytes in hex, times in UTC with microseconds.</summary>
internal static class WireJson
{
    /// <summary>For JSON-RPC.</summary>
    public static JsonSerializerOptions Rpc { get; } =
        Make([
            new HexConverter<ulong>(number => "0x" + number.ToString("x", CultureInfo.InvariantCulture)),
            new HexConverter<BigInteger>(Minimal),
            new HexConverter<byte[]>(bytes => Hex.Encode(bytes)),
            new WordConverter<EpochStatus>(WireWords.Of),
            new WordConverter<OutputKind>(kind => kind.ToString()),
        ]);

    /// <summary>For the HTTP queries: numbers are JSON numbers, and stages have the words of the events.</summary>
    public static JsonSerializerOptions Http { get; } =
        Make([new WordConverter<EpochStatus>(EnumNames.Of), new WordConverter<StepCause>(EnumNames.Of)]);

    private static JsonSerializerOptions Make(IEnumerable<JsonConverter> more)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            RespectNullableAnnotations = true,
            // Answers are JSON, never part of an HTML page; the relaxed encoder leaves '+' and quotes of reasons readable.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        };
        foreach (var converter in more)
            options.Converters.Add(converter);
        options.Converters.Add(new HexConverter<Hash32>(hash => hash.ToString()));
        options.Converters.Add(new HexConverter<Address>(address => address.ToString()));
        options.Converters.Add(new WordConverter<ConsensusType>(EnumNames.Of));
        options.Converters.Add(new WordConverter<InputStatus>(EnumNames.Of));
        options.Converters.Add(new WordConverter<MatchWinner>(EnumNames.Of));
        options.Converters.Add(new WordConverter<MatchDeletion>(EnumNames.Of));
        options.Converters.Add(new WordConverter<TransactionKind>(EnumNames.Of));
        options.Converters.Add(new WordConverter<TransactionState>(EnumNames.Of));
        options.Converters.Add(new TimeConverter());
        options.MakeReadOnly();
        return options;
    }

    private static string Minimal(BigInteger number)
    {
        var digits = number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        return digits.Length == 0 ? "0x0" : "0x" + digits;
    }

    /// <summary>Writes a value as one text; nothing is read.</summary>
    private sealed class HexConverter<T>(Func<T, string> write) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Answers are only written.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(write(value));
    }

    /// <summary>Writes an enum as its word.</summary>
    private sealed class WordConverter<T>(Func<T, string> write) : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Answers are only written.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(write(value));
    }

    /// <summary>RFC 3339.</summary>
    private sealed class TimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Answers are only written.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
    }
}
