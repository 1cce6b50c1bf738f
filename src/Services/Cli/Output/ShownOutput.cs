using System.Numerics;
using Rollups.Domain;

namespace Rollups.Cli.Output;

/// <summary>What an output contains, for people.</summary>
/// <param name="Kind">notice, voucher, delegate-call voucher, or unknown for any other bytes.</param>
/// <param name="Destination">Contract that a voucher calls; null for a notice.</param>
/// <param name="Value">Wei that a voucher sends; null for the other kinds.</param>
/// <param name="Payload">Payload; for an unknown output its bytes.</param>
internal sealed record ShownOutput(string Kind, Address? Destination, BigInteger? Value, byte[] Payload)
{
    /// <summary>Reads an output; one that is malformed is unknown.</summary>
    public static ShownOutput Of(byte[] output) =>
        Outputs.TryDecode(output) is { } decoded
            ? new(NameOf(decoded.Kind), decoded.Destination, decoded.Value, decoded.Payload)
            : new("unknown", null, null, output);

    private static string NameOf(OutputKind kind) =>
        kind switch
        {
            OutputKind.Notice => "notice",
            OutputKind.Voucher => "voucher",
            _ => "delegate-call voucher",
        };
}
