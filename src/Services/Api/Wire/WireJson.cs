using System.Buffers;
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
            new BytesConverter(),
            new WordConverter<EpochStatus>(WireNames.Of),
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
        options.Converters.Add(new HashConverter());
        options.Converters.Add(new AddressConverter());
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

    private abstract class WriteOnlyConverter<T> : JsonConverter<T>
    {
        public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Answers are only written.");
    }

    /// <summary>Writes bytes as hex without a string between: a page has thousands of them, and outputs of megabytes.</summary>
    private static void WriteHex(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        const int most = 512;
        var length = 2 + (2 * bytes.Length);
        var rented = length > most ? ArrayPool<byte>.Shared.Rent(length) : null;
        var text = rented is null ? stackalloc byte[most] : rented;
        "0x"u8.CopyTo(text);
        Convert.TryToHexStringLower(bytes, text[2..], out _);
        writer.WriteStringValue(text[..length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private sealed class BytesConverter : WriteOnlyConverter<byte[]>
    {
        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => WriteHex(writer, value);
    }

    private sealed class HashConverter : WriteOnlyConverter<Hash32>
    {
        public override void Write(Utf8JsonWriter writer, Hash32 value, JsonSerializerOptions options)
        {
            Span<byte> bytes = stackalloc byte[Hash32.Size];
            value.CopyTo(bytes);
            WriteHex(writer, bytes);
        }
    }

    private sealed class AddressConverter : WriteOnlyConverter<Address>
    {
        public override void Write(Utf8JsonWriter writer, Address value, JsonSerializerOptions options)
        {
            Span<byte> bytes = stackalloc byte[Address.Size];
            value.CopyTo(bytes);
            WriteHex(writer, bytes);
        }
    }

    /// <summary>Writes a value as one text.</summary>
    private sealed class HexConverter<T>(Func<T, string> write) : WriteOnlyConverter<T>
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(write(value));
    }

    /// <summary>Writes an enum as its word.</summary>
    private sealed class WordConverter<T>(Func<T, string> write) : WriteOnlyConverter<T>
        where T : struct, Enum
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(write(value));
    }

    /// <summary>RFC 3339.</summary>
    private sealed class TimeConverter : WriteOnlyConverter<DateTimeOffset>
    {
        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
        {
            Span<byte> text = stackalloc byte[32];
            value.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
            writer.WriteStringValue(text[..length]);
        }
    }
}
