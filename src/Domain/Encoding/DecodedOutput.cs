using System.Numerics;

namespace Rollups.Domain;

/// <summary>What an output contains (Outputs.sol).</summary>
/// <param name="Kind">notice, voucher, delegate-call voucher, or unknown for any other bytes.</param>
/// <param name="Destination">Contract that a voucher calls; null for a notice.</param>
/// <param name="Value">Wei that a voucher sends; null for the other kinds.</param>
/// <param name="Payload">Payload; for an unknown output its bytes.</param>
public sealed record DecodedOutput(string Kind, Address? Destination, BigInteger? Value, byte[] Payload)
{
    /// <summary>Reads an output; one that is malformed is unknown.</summary>
    public static DecodedOutput Of(byte[] output)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            if (Outputs.IsNotice(output))
                return new("notice", null, null, new AbiReader(output.AsSpan(4)).Bytes(0));
            if (Outputs.IsVoucher(output))
            {
                var voucher = new AbiReader(output.AsSpan(4));
                return new("voucher", voucher.Address(0), voucher.UInt256(1), voucher.Bytes(2));
            }
            if (Outputs.IsExecutable(output))
            {
                var voucher = new AbiReader(output.AsSpan(4));
                return new("delegate-call voucher", voucher.Address(0), null, voucher.Bytes(1));
            }
        }
        catch (AbiException)
        {
            // Any bytes are an output.
        }
        return new("unknown", null, null, output);
    }
}
