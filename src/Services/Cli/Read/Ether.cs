using System.Numerics;

namespace Rollups.Cli.Read;

/// <summary>Amounts for people.</summary>
internal static class Ether
{
    /// <summary>Wei as gwei, with as many digits as it needs.</summary>
    public static string Gwei(ulong wei) =>
        (wei / 1_000_000_000m).ToString("0.#########", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Wei as ether, with as many digits as it needs.</summary>
    public static string Of(BigInteger wei)
    {
        var (whole, rest) = (BigInteger.DivRem(wei, BigInteger.Pow(10, 18), out var wei18), wei18);
        var digits = rest.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(18, '0').TrimEnd('0');
        return digits.Length == 0 ? $"{whole} ether" : $"{whole}.{digits} ether";
    }
}
