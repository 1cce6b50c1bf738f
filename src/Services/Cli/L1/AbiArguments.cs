using System.Globalization;
using System.Numerics;
using System.Text;
using Rollups.Domain;

namespace Rollups.Cli.L1;

/// <summary>
/// ABI-encodes values that an operator typed, as Solidity's abi.encode does. Types: uintN, intN, address, bool, bytesN, bytes, string, and
/// lists of the first five such as <c>uint256[]</c>, typed as <c>[1,2]</c>.
/// </summary>
internal static class AbiArguments
{
    private const int Word = 32;

    /// <summary>Encodes the values.</summary>
    /// <param name="types">The types, separated by commas.</param>
    /// <param name="values">A value per type. Numbers are decimal or hex with 0x, bytes are hex with 0x.</param>
    /// <exception cref="FormatException">A type is unknown, or a value is none of its type.</exception>
    public static byte[] Encode(string types, IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(types);
        ArgumentNullException.ThrowIfNull(values);
        var names = types.Split(',', StringSplitOptions.TrimEntries);
        if (names.Length != values.Count)
            throw new FormatException(
                $"--abi has {names.Length} type{(names.Length == 1 ? "" : "s")} ({types}), but there "
                    + $"{(values.Count == 1 ? "is 1 value" : $"are {values.Count} values")}: give one value per type."
            );
        var (heads, tails) = (new List<byte>(), new List<byte>());
        foreach (var (name, value) in names.Zip(values))
        {
            if (IsDynamic(name))
            {
                heads.AddRange(Number((names.Length * Word) + tails.Count));
                tails.AddRange(Tail(name, value));
            }
            else
            {
                heads.AddRange(Static(name, value));
            }
        }
        return [.. heads, .. tails];
    }

    private static bool IsDynamic(string type) => type is "string" or "bytes" || type.EndsWith("[]", StringComparison.Ordinal);

    private static byte[] Tail(string type, string value)
    {
        if (!type.EndsWith("[]", StringComparison.Ordinal))
        {
            var bytes = type == "string" ? Encoding.UTF8.GetBytes(value) : Hex.Decode(value);
            return [.. Number(bytes.Length), .. bytes, .. new byte[(Word - (bytes.Length % Word)) % Word]];
        }
        if (value is not ['[', .. var inner, ']'])
            throw new FormatException($"'{Hex.Clip(value)}' is not a list of {type}: give it as [1,2].");
        var items = inner.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. Number(items.Length), .. items.SelectMany(item => Static(type[..^2], item))];
    }

    private static byte[] Static(string type, string value)
    {
        switch (type)
        {
            case "address":
                return [.. new byte[Word - Address.Size], .. Address.Parse(value).ToByteArray()];
            case "bool":
                return Number(
                    value switch
                    {
                        "true" => 1,
                        "false" => 0,
                        _ => throw new FormatException($"'{Hex.Clip(value)}' is not a bool: give true or false."),
                    }
                );
        }
        if (Size(type, "bytes", 1, Word) is { } length)
        {
            var bytes = Hex.Decode(value);
            return bytes.Length == length
                ? [.. bytes, .. new byte[Word - length]]
                : throw new FormatException($"'{Hex.Clip(value)}' has {bytes.Length} bytes, but {type} has {length}.");
        }
        if (Bits(type, "uint") is { } bits)
            return Number(Within(type, Integer(value), 0, (BigInteger.One << bits) - 1));
        if (Bits(type, "int") is { } signed)
        {
            var number = Within(type, Integer(value), -(BigInteger.One << (signed - 1)), (BigInteger.One << (signed - 1)) - 1);
            return Number(number.Sign < 0 ? number + (BigInteger.One << (8 * Word)) : number);
        }
        throw new FormatException(
            $"'{Hex.Clip(type)}' is not a type that --abi knows: use uintN, intN, address, bool, bytesN, bytes, string, or a list such as "
                + "uint256[]."
        );
    }

    private static int? Bits(string type, string kind) =>
        type == kind ? 8 * Word
        : Size(type, kind, 8, 8 * Word) is { } bits && bits % 8 == 0 ? bits
        : null;

    private static int? Size(string type, string kind, int least, int most) =>
        type.StartsWith(kind, StringComparison.Ordinal)
        && int.TryParse(type.AsSpan(kind.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
        && size >= least
        && size <= most
            ? size
            : null;

    private static BigInteger Within(string type, BigInteger number, BigInteger least, BigInteger most) =>
        number >= least && number <= most ? number : throw new FormatException($"{number} does not fit into {type}.");

    private static BigInteger Integer(string text) => Amount.TryInteger(text, out var number) ? number : throw Amount.NotANumber(text);

    private static byte[] Number(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[Word - bytes.Length], .. bytes];
    }
}
