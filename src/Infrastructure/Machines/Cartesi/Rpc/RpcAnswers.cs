using System.Text.Json;
using Rollups.Domain;

namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>The answers to the calls of one HTTP request, in their order.</summary>
internal sealed class RpcAnswers : IDisposable
{
    private readonly JsonDocument _document;
    private readonly IReadOnlyList<RpcCall> _calls;

    /// <exception cref="ServerLostException">The answer is none of a machine server.</exception>
    public RpcAnswers(JsonDocument document, IReadOnlyList<RpcCall> calls)
    {
        (_document, _calls) = (document, calls);
        // A request that the server cannot parse has one answer, whose id is [null].
        if (
            calls.Count > 1
            && (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.GetArrayLength() != calls.Count)
        )
            throw new ServerLostException(calls[0].Method, "the answer has another number of results than the request has calls");
    }

    /// <summary>The result of a call; valid until this object is disposed.</summary>
    /// <exception cref="ServerRefusedException">The server answered with an error.</exception>
    /// <exception cref="ServerLostException">The answer has neither a result nor an error.</exception>
    public JsonElement this[int call]
    {
        get
        {
            var answer = Answer(call);
            if (answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("error", out var error))
                throw new ServerRefusedException(_calls[call].Method, Message(error));
            return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("result", out var result)
                ? result
                : throw new ServerLostException(_calls[call].Method, "the answer has no result");
        }
    }

    /// <summary>Whether the call failed.</summary>
    public bool IsRefused(int call) => Answer(call) is { ValueKind: JsonValueKind.Object } answer && answer.TryGetProperty("error", out _);

    /// <summary>A 64-bit number, exact up to 18446744073709551615.</summary>
    public ulong Number(int call) =>
        this[call] is { ValueKind: JsonValueKind.Number } value && value.TryGetUInt64(out var number) ? number : throw Nonsense(call);

    /// <summary>A hash: base64 of 32 bytes.</summary>
    public Hash32 Hash(int call) => HashOf(this[call], call);

    /// <summary>Base64.</summary>
    public byte[] Bytes(int call) => BytesOf(this[call], call);

    /// <summary>A text.</summary>
    public string Text(int call) => this[call] is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Nonsense(call);

    /// <summary>The field of a result.</summary>
    public JsonElement Field(int call, string name) =>
        this[call] is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var field)
            ? field
            : throw Nonsense(call);

    public Hash32 HashOf(JsonElement value, int call) =>
        BytesOf(value, call) is { Length: Hash32.Size } bytes ? new Hash32(bytes) : throw Nonsense(call);

    public byte[] BytesOf(JsonElement value, int call) =>
        value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes) ? bytes : throw Nonsense(call);

    public ServerLostException Nonsense(int call) => new(_calls[call].Method, "the result has another form than this version's");

    public void Dispose() => _document.Dispose();

    private JsonElement Answer(int call) => _calls.Count == 1 ? _document.RootElement : _document.RootElement[call];

    private static string Message(JsonElement error) =>
        error.ValueKind == JsonValueKind.Object
        && error.TryGetProperty("message", out var message)
        && message.ValueKind == JsonValueKind.String
            ? message.GetString()!
            : "an error without a message";
}
