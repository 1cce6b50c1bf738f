using System.Collections.Frozen;
using System.Text;

namespace Rollups.Domain;

/// <summary>Enum value names as used in the database and in events.</summary>
public static class EnumNames
{
    /// <summary>InputsProcessed becomes INPUTS_PROCESSED.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Table<TEnum>.Names[value];

    /// <summary>INPUTS_PROCESSED becomes InputsProcessed.</summary>
    /// <exception cref="FormatException">No value has this name; the message names it.</exception>
    public static TEnum Parse<TEnum>(string word)
        where TEnum : struct, Enum =>
        Table<TEnum>.Values.TryGetValue(word, out var value)
            ? value
            : throw new FormatException($"'{word}' is none of {string.Join(", ", Table<TEnum>.Values.Keys)}.");

    /// <summary>The names of every value of an enum, in order of declaration.</summary>
    public static IEnumerable<string> All(Type enumType) => Enum.GetNames(enumType).Select(FromName);

    private static string FromName(string name)
    {
        var word = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]))
                word.Append('_');
            word.Append(char.ToUpperInvariant(name[i]));
        }

        return word.ToString();
    }

    // Rows are read and written by the thousand, so the names are built once.
    private static class Table<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<TEnum, string> Names = Enum.GetValues<TEnum>()
            .ToFrozenDictionary(value => value, value => FromName(value.ToString()));

        public static readonly FrozenDictionary<string, TEnum> Values = Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);
    }
}
