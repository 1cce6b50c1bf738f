using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>20 bytes.</summary>
internal sealed class AddressConverter() : ValueConverter<Address, byte[]>(address => address.ToByteArray(), bytes => new Address(bytes));

/// <summary>32 bytes.</summary>
internal sealed class HashConverter() : ValueConverter<Hash32, byte[]>(hash => hash.ToByteArray(), bytes => new Hash32(bytes));

/// <summary>A signed column that a check constraint keeps from being negative. A number above 2^63-1 is rejected, never wrapped.</summary>
internal sealed class UnsignedConverter() : ValueConverter<ulong, long>(number => ToColumn(number), column => (ulong)column)
{
    private static long ToColumn(ulong number) =>
        number <= long.MaxValue
            ? (long)number
            : throw new OverflowException($"{number} is above 2^63-1, the largest number that the database stores.");
}

/// <summary>UTC, the only offset that a timestamptz parameter may have.</summary>
internal sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(time => time.ToUniversalTime(), time => time);

/// <summary>An enum as its upper-case word with underscores, such as INPUTS_PROCESSED.</summary>
internal sealed class WordConverter<TEnum>()
    : ValueConverter<TEnum, string>(value => EnumNames.Of(value), word => EnumNames.Parse<TEnum>(word))
    where TEnum : struct, Enum;

/// <summary>Microseconds since 1970, UTC: SQLite has no type for time, and numbers compare in the order of time.</summary>
internal sealed class MicrosecondsConverter()
    : ValueConverter<DateTimeOffset, long>(
        time => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        micros => new DateTimeOffset((micros * TimeSpan.TicksPerMicrosecond) + DateTimeOffset.UnixEpoch.Ticks, TimeSpan.Zero)
    );
