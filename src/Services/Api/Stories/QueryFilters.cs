using System.Globalization;
using Microsoft.AspNetCore.Http;
using Rollups.Domain;

namespace Rollups.Api.Stories;

/// <summary>What the lists over HTTP have in common in their query strings.</summary>
internal static class QueryFilters
{
    private const int DefaultLimit = 50;
    private const int LargestLimit = 1000;

    /// <summary>Checks that each filter has a known name and one value.</summary>
    /// <exception cref="BadQueryException">One has not.</exception>
    public static void Check(this IQueryCollection query, IReadOnlyList<string> names)
    {
        foreach (var (name, values) in query)
        {
            if (!names.Contains(name))
                throw new BadQueryException($"'{Hex.Clip(name)}' is not a filter: use {string.Join(", ", names)}.");
            if (values.Count > 1)
                throw new BadQueryException($"The filter {name} is given {values.Count} times: give it once.");
        }
    }

    /// <summary>The value of a filter; null if it is absent or empty.</summary>
    public static string? One(this IQueryCollection query, string name) => query[name] is [{ Length: > 0 } value] ? value : null;

    /// <summary>The filter <c>limit</c>, 50 if it is absent.</summary>
    /// <exception cref="BadQueryException">It is no number from 1 to 1000.</exception>
    public static int Limit(this IQueryCollection query)
    {
        if (query.One("limit") is not { } text)
            return DefaultLimit;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= LargestLimit
            ? limit
            : throw new BadQueryException($"'{Hex.Clip(text)}' is not a limit: give 1 to {LargestLimit}.");
    }

    /// <summary>Reads a state by its stored word.</summary>
    /// <exception cref="BadQueryException">There is no such state.</exception>
    public static T State<T>(string text)
        where T : struct, Enum
    {
        try
        {
            return EnumNames.Parse<T>(text);
        }
        catch (FormatException)
        {
            throw new BadQueryException($"'{Hex.Clip(text)}' is not a state: use one of {string.Join(", ", EnumNames.All(typeof(T)))}.");
        }
    }
}
