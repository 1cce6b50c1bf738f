using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;
using Receipt = Nethereum.RPC.Eth.DTOs.TransactionReceipt;

namespace Rollups.Ethereum;

/// <summary>
/// JSON of Nethereum's request and answer types. Its own converters mend what a node writes: they add a missing 0x and accept JSON
/// numbers. These keep the node's text as it is, for <see cref="RpcReader"/> to judge.
/// </summary>
internal static class RpcJson
{
    // What the node reads of an answer. Other fields may be absent or odd, and blooms and transaction lists cost no memory.
    private static readonly Dictionary<Type, HashSet<string>> Fields = new()
    {
        [typeof(FilterLog)] = ["address", "topics", "data", "blockNumber", "blockHash", "transactionHash", "logIndex"],
        [typeof(BlockWithTransactionHashes)] = ["number", "hash", "parentHash", "timestamp", "baseFeePerGas"],
        [typeof(Receipt)] =
        [
            "transactionHash",
            "blockNumber",
            "blockHash",
            "status",
            "gasUsed",
            "effectiveGasPrice",
            "contractAddress",
            "logs",
        ],
    };

    /// <summary>Requests: a property that is null is left out.</summary>
    public static JsonSerializerOptions Requests { get; } = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Answers, whose texts, quantities and topics come as the node wrote them.</summary>
    public static JsonSerializerOptions Answers { get; } =
        new()
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RemoveUnread } },
            Converters = { new TextConverter(), new TopicConverter(), new QuantityConverter() },
        };

    private static void RemoveUnread(JsonTypeInfo type)
    {
        if (!Fields.TryGetValue(type.Type, out var fields))
            return;
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (!fields.Contains(type.Properties[i].Name))
                type.Properties.RemoveAt(i);
        }
    }

    // JSON that is not a string never begins with 0x, so the strict reader refuses its text.
    private static string Text(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : JsonElement.ParseValue(ref reader).GetRawText();

    private sealed class TextConverter : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Text(ref reader);

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }

    // Nethereum declares topics as objects.
    private sealed class TopicConverter : JsonConverter<object>
    {
        public override object Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Text(ref reader);

        public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options) =>
            writer.WriteStringValue((string)value);
    }

    private sealed class QuantityConverter : JsonConverter<HexBigInteger>
    {
        public override HexBigInteger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new Quantity(Text(ref reader));

        public override void Write(Utf8JsonWriter writer, HexBigInteger value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.HexValue);
    }

    private sealed class Quantity : HexBigInteger
    {
        public Quantity(string text)
            : base(text) => hexValue = text;
    }
}
