using System.Globalization;
using System.Numerics;
using Rollups.Domain;

namespace Rollups.Cli.L1;

/// <summary>Amounts and token ids as an operator types them.</summary>
internal static class Amount
{
    private static readonly BigInteger Largest = (BigInteger.One << 256) - 1;

    /// <summary>Wei from ether, such as <c>0.25</c>, or from an amount with its unit: <c>2ether</c>, <c>100gwei</c>, <c>1wei</c>.</summary>
    /// <exception cref="FormatException">The text is no such amount.</exception>
    public static BigInteger ParseEther(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (number, decimals) =
            text.EndsWith("gwei", StringComparison.Ordinal) ? (text[..^4], 9)
            : text.EndsWith("wei", StringComparison.Ordinal) ? (text[..^3], 0)
            : text.EndsWith("ether", StringComparison.Ordinal) ? (text[..^5], 18)
            : (text, 18);
        var parts = number.Trim().Split('.');
        if (
            parts.Length > 2
            || !Digits(parts[0])
            || (parts.Length == 2 && (!Digits(parts[1]) || parts[1].Length > decimals))
            || BigInteger.Parse(parts[0] + (parts.ElementAtOrDefault(1) ?? "").PadRight(decimals, '0'), CultureInfo.InvariantCulture)
                is not { IsZero: false } wei
            || wei > Largest
        )
            throw new FormatException(
                $"'{Hex.Clip(text)}' is not an amount of ether: give more than 0, such as 0.25, 0.25ether, 100gwei or 1wei."
            );
        return wei;
    }

    /// <summary>An unsigned 256-bit number, decimal or hex with 0x.</summary>
    /// <exception cref="FormatException">The text is no such number.</exception>
    public static BigInteger ParseNumber(string text) =>
        TryInteger(text, out var number) && number.Sign >= 0 && number <= Largest ? number : throw NotANumber(text);

    /// <summary>The refusal of a text that is no number.</summary>
    public static FormatException NotANumber(string text) =>
        new($"'{Hex.Clip(text)}' is not a number: give a whole one, decimal or hex with 0x.");

    /// <summary>A whole number, decimal or hex with 0x.</summary>
    public static bool TryInteger(string text, out BigInteger number)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            // The digit 0 before it, because the first hex digit would be a sign.
            ? BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
                && text.Length > 2
            : BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    private static bool Digits(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
}
