using System.Numerics;

namespace Rollups.Ethereum;

/// <summary>RLP encoding (Ethereum yellow paper, appendix B): byte strings and lists.</summary>
internal static class Rlp
{
    public static byte[] Bytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 1 && bytes[0] < 0x80 ? bytes.ToArray() : [.. Header(0x80, bytes.Length), .. bytes];

    /// <summary>Big-endian without leading zeros; zero is the empty string.</summary>
    public static byte[] Number(BigInteger number) => number.IsZero ? Bytes([]) : Bytes(number.ToByteArray(isUnsigned: true, isBigEndian: true));

    public static byte[] List(params ReadOnlySpan<byte[]> items)
    {
        var length = 0;
        foreach (var item in items)
            length += item.Length;
        var header = Header(0xc0, length);
        var result = new byte[header.Length + length];
        header.CopyTo(result, 0);
        var at = header.Length;
        foreach (var item in items)
        {
            item.CopyTo(result, at);
            at += item.Length;
        }

        return result;
    }

    private static byte[] Header(int offset, int length)
    {
        if (length < 56)
            return [(byte)(offset + length)];
        var size = new BigInteger(length).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [(byte)(offset + 55 + size.Length), .. size];
    }
}
