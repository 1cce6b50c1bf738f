using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Rollups.Persistence;

/// <summary>UTC, the only offset that a timestamptz parameter may have.</summary>
internal sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(time => time.ToUniversalTime(), time => time);
