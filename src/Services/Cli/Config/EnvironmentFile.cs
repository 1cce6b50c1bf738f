using System.Text;
using Rollups.Settings;

namespace Rollups.Cli.Config;

/// <summary>
/// Reads a file of variables as shells, compose and systemd write them: NAME=VALUE, <c>export</c>, quotes, comments, <c>$NAME</c>. Lines
/// that are no assignment may stand between, as in a script.
/// </summary>
internal static class EnvironmentFile
{
    private const int LargestBytes = 1 << 20;

    /// <exception cref="OperatorException">
    /// The file cannot be read, or a line about a variable of the Go node cannot be understood; the message has the line's number, never
    /// its text.
    /// </exception>
    public static EnvironmentSource Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            // A pipe or a device has no length.
            var content = new byte[LargestBytes + 1];
            var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (length > LargestBytes)
                throw new OperatorException($"The file '{path}' is larger than 1 MiB: name one that holds variables alone.");
            return Parse(path, Encoding.UTF8.GetString(content, 0, length));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OperatorException($"The file '{path}' cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>Parses the text of a file.</summary>
    /// <param name="path">Its path, for errors.</param>
    /// <param name="text">Its text.</param>
    public static EnvironmentSource Parse(string path, string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var notes = new List<(string, string)>();
        var number = 0;
        foreach (var line in text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            try
            {
                foreach (var (name, value) in EnvironmentLine.Parse(line, name => Value(name, values)))
                {
                    if (lines.TryGetValue(name, out var earlier) && IsTheirs(name))
                        notes.Add((name, $"is set in line {earlier} and again in line {number}: line {number} counts."));
                    (values[name], lines[name]) = (value, number);
                }
            }
            // Anything else in a script is none of our business.
            catch (FormatException exception) when (IsTheirs(line))
            {
                throw new OperatorException($"Line {number} of '{path}' cannot be understood: {exception.Message}", exception);
            }
            catch (FormatException) { }
        }
        return new EnvironmentSource(values, notes);
    }

    private static bool IsTheirs(string text) => text.Contains(GoVariable.Prefix, StringComparison.Ordinal);

    private static string? Value(string name, Dictionary<string, string> values) =>
        values.GetValueOrDefault(name) ?? Environment.GetEnvironmentVariable(name);
}
