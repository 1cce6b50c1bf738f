using System.Numerics;
using System.Text.Json.Serialization;
using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>The content of a notice, a voucher or a delegate-call voucher; null for every other output.</summary>
internal sealed record WireDecodedOutput
{
    public required OutputKind Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required Address? Destination { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required BigInteger? Value { get; init; }
    public required byte[] Payload { get; init; }

    public static WireDecodedOutput? From(byte[] raw) =>
        Outputs.TryDecode(raw) is { } output
            ? new WireDecodedOutput
            {
                Type = output.Kind,
                Destination = output.Destination,
                Value = output.Value,
                Payload = output.Payload,
            }
            : null;
}
