using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Rollups.Domain;

namespace Rollups.Machines.Host;

/// <summary>The JSON bodies of the Rollup HTTP API: reads those of the backend and writes those of <c>/finish</c>.</summary>
internal static class RollupBody
{
    /// <summary>The machine's buffers have 2 MiB: the limit of an encoded output, a report and an exception.</summary>
    public const int MaxBytes = 1 << 21;

    /// <summary>
    /// Longest body in bytes. 2 MiB take 4 MiB of hexadecimal digits; what is somewhat longer is read too, because a client that is cut
    /// off in the middle does not get to see the reason.
    /// </summary>
    public const long MaxBody = 8L * MaxBytes;

    /// <exception cref="RollupRefusal">The status is neither accept nor reject.</exception>
    public static bool Accepts(JsonElement body) =>
        Text(body, "status") switch
        {
            "accept" => true,
            "reject" => false,
            var other => throw new RollupRefusal(400, $"the status '{Hex.Clip(other)}' is neither accept nor reject"),
        };

    /// <exception cref="RollupRefusal">It is missing, not hexadecimal or too long.</exception>
    public static byte[] Payload(JsonElement body)
    {
        var bytes = Bytes(body, "payload");
        return bytes.Length <= MaxBytes ? bytes : throw TooLong("the payload", bytes.Length);
    }

    /// <exception cref="RollupRefusal">A field is wrong, or the output too long.</exception>
    public static byte[] Notice(JsonElement body) => Fitting(Outputs.Notice(Bytes(body, "payload")));

    /// <exception cref="RollupRefusal">A field is wrong, or the output too long.</exception>
    public static byte[] Voucher(JsonElement body) => Fitting(Outputs.Voucher(Destination(body), Value(body), Bytes(body, "payload")));

    /// <exception cref="RollupRefusal">A field is wrong, or the output too long.</exception>
    public static byte[] DelegateCallVoucher(JsonElement body) =>
        Fitting(Outputs.DelegateCallVoucher(Destination(body), Bytes(body, "payload")));

    /// <summary>The request for an input, with metadata as of version 2 of the API.</summary>
    public static byte[] Advance(EvmAdvance input) =>
        Write(json =>
        {
            json.WriteString("request_type", "advance_state");
            json.WriteStartObject("data");
            json.WriteStartObject("metadata");
            Number(json, "chain_id", input.ChainId);
            json.WriteString("app_contract", input.Application.ToString());
            json.WriteString("msg_sender", input.Sender.ToString());
            Number(json, "block_number", input.BlockNumber);
            Number(json, "block_timestamp", input.BlockTimestamp);
            json.WriteString("prev_randao", input.PrevRandao.ToString());
            Number(json, "input_index", input.Index);
            json.WriteEndObject();
            json.WriteString("payload", Hex.Encode(input.Payload));
            json.WriteEndObject();
        });

    /// <summary>The request for a query.</summary>
    public static byte[] Inspect(ReadOnlySpan<byte> query)
    {
        var payload = Hex.Encode(query);
        return Write(json =>
        {
            json.WriteString("request_type", "inspect_state");
            json.WriteStartObject("data");
            json.WriteString("payload", payload);
            json.WriteEndObject();
        });
    }

    /// <summary>The answer to an output.</summary>
    public static byte[] Index(ulong index) => Write(json => json.WriteNumber("index", index));

    private static byte[] Fitting(byte[] output) =>
        output.Length <= MaxBytes ? output : throw TooLong("the encoded output", output.Length);

    private static RollupRefusal TooLong(string what, int length) => new(413, $"{what} has {length} bytes: {MaxBytes} are allowed");

    private static Address Destination(JsonElement body)
    {
        var bytes = Bytes(body, "destination");
        return bytes.Length == Address.Size
            ? new Address(bytes)
            : throw new RollupRefusal(400, $"the destination has {bytes.Length} bytes: an address has {Address.Size}");
    }

    // Optional, as in the guest's server.
    private static BigInteger Value(JsonElement body)
    {
        if (!body.TryGetProperty("value", out _))
            return BigInteger.Zero;
        var bytes = Bytes(body, "value");
        return bytes.Length <= Hash32.Size
            ? new BigInteger(bytes, isUnsigned: true, isBigEndian: true)
            : throw new RollupRefusal(400, $"the value has {bytes.Length} bytes: {Hash32.Size} are allowed");
    }

    private static byte[] Bytes(JsonElement body, string name)
    {
        var text = Text(body, name);
        return Hex.TryDecode(text, out var bytes)
            ? bytes
            : throw new RollupRefusal(400, $"the {name} '{Hex.Clip(text)}' is not 0x and an even number of hexadecimal digits");
    }

    private static string Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new RollupRefusal(400, $"the body has no text '{name}'");

    private static void Number(Utf8JsonWriter json, string name, BigInteger value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static byte[] Write(Action<Utf8JsonWriter> content)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
