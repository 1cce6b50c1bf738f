using System.Buffers.Binary;
using System.Numerics;

namespace Rollups.Domain;

/// <summary>
/// Encodings of outputs (Outputs.sol). An output with another selector is still an output; it can be validated but not executed.
/// </summary>
public static class Outputs
{
    private static readonly PayloadCall NoticeCall = new("Notice(bytes)");
    private static readonly PayloadCall VoucherCall = new("Voucher(address,uint256,bytes)");
    private static readonly PayloadCall DelegateCallVoucherCall = new("DelegateCallVoucher(address,bytes)");

    /// <summary>Notice(bytes payload).</summary>
    public static byte[] Notice(ReadOnlySpan<byte> payload) => NoticeCall.Encode(payload);

    /// <summary>Voucher(address destination, uint256 value, bytes payload).</summary>
    public static byte[] Voucher(Address destination, BigInteger value, ReadOnlySpan<byte> payload) =>
        VoucherCall.Encode(payload, PayloadCall.WordOf(destination), PayloadCall.WordOf(value));

    /// <summary>DelegateCallVoucher(address destination, bytes payload).</summary>
    public static byte[] DelegateCallVoucher(Address destination, ReadOnlySpan<byte> payload) =>
        DelegateCallVoucherCall.Encode(payload, PayloadCall.WordOf(destination));

    /// <summary>Selectors of the two kinds that a contract executes.</summary>
    public static IReadOnlyList<byte[]> ExecutableSelectors { get; } = [VoucherCall.SelectorBytes, DelegateCallVoucherCall.SelectorBytes];

    /// <summary>Reads an output; null for bytes that are none of the three kinds.</summary>
    public static DecodedOutput? TryDecode(ReadOnlySpan<byte> output)
    {
        var selector = SelectorOf(output);
        try
        {
            if (selector == NoticeCall.Selector)
                return new DecodedOutput(OutputKind.Notice, null, null, new AbiReader(output[4..]).Bytes(0));
            if (selector == VoucherCall.Selector)
            {
                var voucher = new AbiReader(output[4..]);
                return new DecodedOutput(OutputKind.Voucher, voucher.Address(0), voucher.UInt256(1), voucher.Bytes(2));
            }

            if (selector != DelegateCallVoucherCall.Selector)
                return null;
            var delegated = new AbiReader(output[4..]);
            return new DecodedOutput(OutputKind.DelegateCallVoucher, delegated.Address(0), null, delegated.Bytes(1));
        }
        catch (AbiException)
        {
            return null;
        }
    }

    /// <summary>True for a notice.</summary>
    public static bool IsNotice(ReadOnlySpan<byte> output) => SelectorOf(output) == NoticeCall.Selector;

    /// <summary>True for a voucher that is an ordinary call.</summary>
    public static bool IsVoucher(ReadOnlySpan<byte> output) => SelectorOf(output) == VoucherCall.Selector;

    /// <summary>True for the two kinds that a contract executes.</summary>
    public static bool IsExecutable(ReadOnlySpan<byte> output) =>
        SelectorOf(output) is { } selector && (selector == VoucherCall.Selector || selector == DelegateCallVoucherCall.Selector);

    private static uint? SelectorOf(ReadOnlySpan<byte> output) => output.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(output) : null;
}
