using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>An enum as its upper-case word with underscores, such as INPUTS_PROCESSED.</summary>
internal sealed class WordConverter<TEnum>()
    : ValueConverter<TEnum, string>(value => EnumNames.Of(value), word => EnumNames.Parse<TEnum>(word))
    where TEnum : struct, Enum;
