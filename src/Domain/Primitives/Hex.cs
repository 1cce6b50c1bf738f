using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Rollups.Domain;

/// <summary>The 0x-prefixed hexadecimal form of bytes that Ethereum's interfaces use. Written in lower case, read in any case.</summary>
public static class Hex
{
    /// <summary>0x and two lower-case digits per byte; empty bytes are <c>0x</c>.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    /// <summary>Reads 0x and an even number of digits.</summary>
    /// <exception cref="FormatException">Not such a text; the message names its beginning.</exception>
    public static byte[] Decode(string text) =>
        TryDecode(text, out var bytes)
            ? bytes
            : throw new FormatException($"'{Clip(text)}' is not hex data: expected 0x and an even number of hex digits.");

    /// <summary>
    /// Shortens external text to its first 80 characters for a message. Such messages travel in headers, whose size brokers limit.
    /// </summary>
    public static string Clip(string? text) => text is { Length: > 80 } ? text[..80] + "..." : text ?? "";

    /// <summary>Reads 0x and an even number of digits.</summary>
    public static bool TryDecode([NotNullWhen(true)] string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text is null || text.Length % 2 != 0 || !text.StartsWith("0x", StringComparison.Ordinal))
            return false;
        var decoded = new byte[(text.Length - 2) / 2];
        if (Convert.FromHexString(text.AsSpan(2), decoded, out _, out var written) != OperationStatus.Done || written != decoded.Length)
            return false;
        bytes = decoded;
        return true;
    }

    /// <summary>Reads 0x and exactly as many digits as fill the destination.</summary>
    internal static bool TryDecodeExact([NotNullWhen(true)] string? text, Span<byte> destination) =>
        text is not null
        && text.Length == 2 + (2 * destination.Length)
        && text.StartsWith("0x", StringComparison.Ordinal)
        && Convert.FromHexString(text.AsSpan(2), destination, out _, out var written) == OperationStatus.Done
        && written == destination.Length;
}
