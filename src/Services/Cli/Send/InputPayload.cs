using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Json;
using Rollups.Cli.L1;
using Rollups.Domain;
using Rollups.Settings;

namespace Rollups.Cli.Send;

/// <summary>An argument with bytes and the options that say how it is read.</summary>
/// <param name="name">Name of the argument.</param>
/// <param name="largest">The most bytes.</param>
/// <param name="tooLarge">What follows where there are more, behind the number of bytes.</param>
internal sealed class InputPayload(string name, int largest, string tooLarge)
{
    /// <summary>The most bytes that the InputBox takes: with them the encoded input has 65,508 of its 65,536 bytes.</summary>
    public const int Largest = 65_216;

    private readonly Argument<string[]> _payload = new(name)
    {
        Description = $"The {name}: a text unless an option names another form. With --abi, a value per type.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly string _argument = name.ToUpperInvariant();

    private readonly Option<bool> _text = Flag("--text", $"{name.ToUpperInvariant()} is a text, sent as UTF-8 (default).");
    private readonly Option<bool> _hex = Flag("--hex", $"{name.ToUpperInvariant()} is hex with 0x.");
    private readonly Option<bool> _file = Flag("--file", $"{name.ToUpperInvariant()} is the path of a file, whose bytes are sent.");
    private readonly Option<bool> _json = Flag(
        "--as-json",
        $"{name.ToUpperInvariant()} is a JSON document, checked and sent without its white space."
    );

    private readonly Option<string?> _abi = new("--abi")
    {
        Description = "The values are ABI-encoded with these types, such as 'address,uint256'.",
        HelpName = "TYPES",
    };

    /// <summary>Adds argument and options; a payload of the wrong form is a mistake of the command line.</summary>
    public void AddTo(Command verb)
    {
        ArgumentNullException.ThrowIfNull(verb);
        verb.Arguments.Add(_payload);
        foreach (var option in (Option[])[_text, _hex, _file, _json, _abi])
            verb.Options.Add(option);
        verb.Validators.Add(Check);
    }

    /// <summary>The bytes.</summary>
    /// <exception cref="OperatorException">The file cannot be read, or it has too many bytes.</exception>
    public byte[] Read(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var bytes = Read(parsed.CommandResult);
        return bytes.Length <= largest ? bytes : throw new OperatorException($"The {name} has {bytes.Length} bytes, but {tooLarge}");
    }

    /// <summary>The payload of an input.</summary>
    public static InputPayload OfInput() =>
        new("payload", Largest, $"the InputBox takes {Largest} at most. Nothing was sent: split it into several inputs.");

    private void Check(CommandResult result)
    {
        var forms = new[] { _text, _hex, _file, _json }.Count(flag => result.GetValue(flag)) + (result.GetValue(_abi) is null ? 0 : 1);
        var values = result.GetValue(_payload) ?? [];
        if (forms > 1)
            result.AddError($"{_argument} has one form: give one of --text, --hex, --file, --as-json and --abi.");
        else if (result.GetValue(_abi) is null && values.Length != 1)
            result.AddError(
                values.Length == 0
                    ? $"{_argument} is missing."
                    : $"{_argument} is one argument: put a text with spaces between quotation marks."
            );
        else if (!result.GetValue(_file))
        {
            try
            {
                Read(result);
            }
            catch (FormatException exception)
            {
                result.AddError(exception.Message);
            }
        }
    }

    private byte[] Read(CommandResult result)
    {
        var values = result.GetValue(_payload) ?? [];
        if (result.GetValue(_abi) is { } types)
            return AbiArguments.Encode(types, values);
        if (result.GetValue(_hex))
            return Hex.Decode(values[0]);
        if (result.GetValue(_file))
            return ReadFile(values[0]);
        return result.GetValue(_json) ? Compact(values[0]) : Encoding.UTF8.GetBytes(values[0]);
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"The file '{path}' cannot be read: {exception.Message.TrimEnd('.')}. Nothing was sent.",
                exception
            );
        }
    }

    private static byte[] Compact(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            using var bytes = new MemoryStream();
            using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = Output.CliJson.Options.Encoder }))
                document.WriteTo(writer);
            return bytes.ToArray();
        }
        catch (JsonException exception)
        {
            throw new FormatException($"'{Hex.Clip(text)}' is not JSON: {exception.Message}");
        }
    }

    // Without arity 0 a payload "true" would be the flag's value.
    private static Option<bool> Flag(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };
}
