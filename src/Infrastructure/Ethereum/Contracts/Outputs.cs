using System.Buffers.Binary;
using System.Numerics;

namespace Rollups.Ethereum;

/// <summary>
/// Encodings of outputs (Outputs.sol). An output with another selector is still an output; it can be validated but not executed.
/// </summary>
public static class Outputs
{
    private static readonly AbiFunction NoticeFunction = new("Notice(bytes)");
    private static readonly AbiFunction VoucherFunction = new("Voucher(address,uint256,bytes)");
    private static readonly AbiFunction DelegateCallVoucherFunction = new("DelegateCallVoucher(address,bytes)");

    /// <summary>Notice(bytes payload).</summary>
    public static byte[] Notice(ReadOnlySpan<byte> payload) => NoticeFunction.Encode(AbiValue.Of(payload));

    /// <summary>Voucher(address destination, uint256 value, bytes payload).</summary>
    public static byte[] Voucher(Address destination, BigInteger value, ReadOnlySpan<byte> payload) =>
        VoucherFunction.Encode(AbiValue.Of(destination), AbiValue.Of(value), AbiValue.Of(payload));

    /// <summary>DelegateCallVoucher(address destination, bytes payload).</summary>
    public static byte[] DelegateCallVoucher(Address destination, ReadOnlySpan<byte> payload) =>
        DelegateCallVoucherFunction.Encode(AbiValue.Of(destination), AbiValue.Of(payload));

    /// <summary>True for a notice.</summary>
    public static bool IsNotice(ReadOnlySpan<byte> output) => SelectorOf(output) == NoticeFunction.Selector;

    /// <summary>True for the two kinds that a contract executes.</summary>
    public static bool IsExecutable(ReadOnlySpan<byte> output) =>
        SelectorOf(output) is { } selector && (selector == VoucherFunction.Selector || selector == DelegateCallVoucherFunction.Selector);

    private static uint? SelectorOf(ReadOnlySpan<byte> output) => output.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(output) : null;
}
