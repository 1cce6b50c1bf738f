using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Rollups.Persistence;

/// <summary>A signed column that a check constraint keeps from being negative. A number above 2^63-1 is rejected, never wrapped.</summary>
internal sealed class UnsignedConverter() : ValueConverter<ulong, long>(number => ToColumn(number), column => (ulong)column)
{
    private static long ToColumn(ulong number) =>
        number <= long.MaxValue
            ? (long)number
            : throw new OverflowException($"{number} is above 2^63-1, the largest number that the database stores.");
}
