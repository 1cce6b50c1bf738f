using System.Globalization;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rollups.Domain;

namespace Rollups.Cli.Output;

/// <summary>
/// The JSON of every command: camelCase names, addresses, hashes and data in hex, states in upper case as in the database, times in UTC
/// with a Z. Amounts in wei are strings, because they exceed the numbers of many readers.
/// </summary>
internal static class CliJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = true,
            // For people and scripts, not for a web page.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new Written<Address>(value => value.ToString()));
        options.Converters.Add(new Written<Hash32>(value => value.ToString()));
        options.Converters.Add(new Written<byte[]>(value => Hex.Encode(value)));
        options.Converters.Add(new Written<DateTimeOffset>(Utc));
        options.Converters.Add(new Written<decimal>(value => value.ToString(CultureInfo.InvariantCulture)));
        options.Converters.Add(new Written<BigInteger>(value => value.ToString(CultureInfo.InvariantCulture)));
        options.Converters.Add(new Words());
        return options;
    }

    private static string Utc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private sealed class Written<T>(Func<T, string> text) : JsonConverter<T>
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(text(value));

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("The command line only writes this JSON.");
    }

    private sealed class Words : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Word<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class Word<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(EnumNames.Of(value));

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("The command line only writes this JSON.");
    }
}
