using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>Options and arguments whose malformed values are mistakes of the command line.</summary>
internal static class Typed
{
    /// <summary>An index or a block: decimal, or hex with 0x, as the API shows it.</summary>
    public static Option<ulong?> Number(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result => Read(result, text => (ulong?)ParseNumber(text)),
        };

    /// <summary>The same as an argument.</summary>
    public static Argument<ulong> NumberArgument(string name, string description) =>
        new(name) { Description = description, CustomParser = result => Read(result, ParseNumber) };

    /// <summary>An address.</summary>
    public static Option<Address?> Address(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "ADDRESS",
            CustomParser = result => Read(result, text => (Address?)Domain.Address.Parse(text)),
        };

    /// <summary>A state, in upper or lower case, with '_' or '-' between its words.</summary>
    public static Option<TEnum?> Word<TEnum>(string name, string description)
        where TEnum : struct, Enum
    {
        var words = EnumNames.All(typeof(TEnum)).ToList();
        var option = new Option<TEnum?>(name)
        {
            Description = $"{description}: {string.Join(", ", words)}.",
            HelpName = "STATUS",
            CustomParser = result => Read(result, text => (TEnum?)EnumNames.Parse<TEnum>(text.Replace('-', '_').ToUpperInvariant())),
        };
        option.CompletionSources.Add([.. words]);
        return option;
    }

    /// <summary>Reads a text by a parser that throws FormatException.</summary>
    public static T? Read<T>(ArgumentResult result, Func<string, T> parse)
    {
        try
        {
            return parse(result.Tokens[0].Value);
        }
        catch (FormatException exception)
        {
            result.AddError(exception.Message);
            return default;
        }
    }

    /// <summary>Reads a number up to 2^63-1, the largest that the database stores.</summary>
    /// <exception cref="FormatException">The text is not one.</exception>
    public static ulong ParseNumber(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var read = isHex
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return read && number <= long.MaxValue
            ? number
            : throw new FormatException($"'{Hex.Clip(text)}' is not an index: give a number from 0 to 2^63-1, decimal or hex with 0x.");
    }
}
