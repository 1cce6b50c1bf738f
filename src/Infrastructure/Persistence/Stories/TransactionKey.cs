using System.Globalization;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>Place of a transaction in a list: <c>EPOCH:NUMBER</c>.</summary>
/// <param name="Epoch">Index of its epoch.</param>
/// <param name="Id">Its number in the database.</param>
public sealed record TransactionKey(ulong Epoch, long Id)
{
    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}:{Id}");

    /// <summary>Reads a key.</summary>
    /// <exception cref="FormatException">The text is no such key.</exception>
    public static TransactionKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return
            text.Split(':') is [var epoch, var id]
            && ulong.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index <= long.MaxValue
            && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new TransactionKey(index, number)
            : throw new FormatException(
                $"'{Hex.Clip(text)}' is not the key of a row: give the one that the page before named, EPOCH:NUMBER."
            );
    }
}
