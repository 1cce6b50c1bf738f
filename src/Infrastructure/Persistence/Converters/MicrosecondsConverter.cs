using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Rollups.Persistence;

/// <summary>Microseconds since 1970, UTC: SQLite has no type for time, and numbers compare in the order of time.</summary>
internal sealed class MicrosecondsConverter()
    : ValueConverter<DateTimeOffset, long>(
        time => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        micros => new DateTimeOffset((micros * TimeSpan.TicksPerMicrosecond) + DateTimeOffset.UnixEpoch.Ticks, TimeSpan.Zero)
    );
