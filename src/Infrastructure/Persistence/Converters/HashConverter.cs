using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>32 bytes.</summary>
internal sealed class HashConverter() : ValueConverter<Hash32, byte[]>(hash => hash.ToByteArray(), bytes => new Hash32(bytes));
