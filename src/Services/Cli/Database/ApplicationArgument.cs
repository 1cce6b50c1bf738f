using System.CommandLine;

namespace Rollups.Cli.Database;

/// <summary>The argument APP of a verb. A malformed address is a mistake of the command line.</summary>
internal static class ApplicationArgument
{
    public static Argument<ApplicationKey> Create() =>
        new("app")
        {
            Description = "Name or address of the application.",
            CustomParser = result => Read(result.Tokens[0].Value, result.AddError),
        };

    /// <summary>The same as an option of a verb that shows several applications.</summary>
    public static Option<ApplicationKey?> CreateOption() =>
        new("--app")
        {
            Description = "Only this application, by name or address.",
            HelpName = "APP",
            CustomParser = result => Read(result.Tokens[0].Value, result.AddError),
        };

    private static ApplicationKey? Read(string text, Action<string> addError)
    {
        try
        {
            return ApplicationKey.Parse(text);
        }
        catch (FormatException exception)
        {
            addError(exception.Message);
            return null;
        }
    }
}
