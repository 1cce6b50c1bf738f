using System.Text;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Rollups.Ethereum;

namespace Rollups.Persistence;

/// <summary>20 bytes.</summary>
internal sealed class AddressConverter() : ValueConverter<Address, byte[]>(address => address.ToByteArray(), bytes => new Address(bytes));

/// <summary>32 bytes.</summary>
internal sealed class HashConverter() : ValueConverter<Hash32, byte[]>(hash => hash.ToByteArray(), bytes => new Hash32(bytes));

/// <summary>An enum as its upper-case word with underscores, such as INPUTS_PROCESSED.</summary>
internal sealed class WordConverter<TEnum>() : ValueConverter<TEnum, string>(value => Words.Of(value), word => Words.Parse<TEnum>(word))
    where TEnum : struct, Enum;

/// <summary>Microseconds since 1970, UTC: SQLite has no type for time, and a number compares as time does.</summary>
internal sealed class MicrosecondsConverter() : ValueConverter<DateTimeOffset, long>(
    time => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
    micros => new DateTimeOffset((micros * TimeSpan.TicksPerMicrosecond) + DateTimeOffset.UnixEpoch.Ticks, TimeSpan.Zero));

/// <summary>The words of the enums, as they stand in the database and in events.</summary>
public static class Words
{
    /// <summary>InputsProcessed becomes INPUTS_PROCESSED.</summary>
    public static string Of(Enum value)
    {
        var name = value.ToString();
        var word = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]))
                word.Append('_');
            word.Append(char.ToUpperInvariant(name[i]));
        }

        return word.ToString();
    }

    internal static TEnum Parse<TEnum>(string word)
        where TEnum : struct, Enum =>
        Enum.Parse<TEnum>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
