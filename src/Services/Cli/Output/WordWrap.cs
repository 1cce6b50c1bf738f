using System.Text;

namespace Rollups.Cli.Output;

/// <summary>
/// Breaks lines between words where a terminal ends. A word that is longer than a line stays whole, so that it can be copied.
/// </summary>
/// <param name="terminal">Takes the lines.</param>
/// <param name="width">Characters per line.</param>
internal sealed class WordWrap(TextWriter terminal, int width) : TextWriter
{
    public override Encoding Encoding => terminal.Encoding;

    /// <summary>Standard error, wrapped if somebody watches it.</summary>
    public static TextWriter Error() =>
        Console.IsErrorRedirected ? Console.Error : new WordWrap(Console.Error, Math.Max(40, Console.WindowWidth));

    public override void Write(char value) => terminal.Write(value);

    public override void Write(string? value) => terminal.Write(value);

    public override void WriteLine(string? value)
    {
        var line = 0;
        foreach (var word in (value ?? "").Split(' '))
        {
            if (line > 0 && line + 1 + word.Length > width)
            {
                terminal.WriteLine();
                line = 0;
            }
            else if (line > 0)
            {
                terminal.Write(' ');
                line++;
            }

            terminal.Write(word);
            line += word.Length;
        }

        terminal.WriteLine();
    }

    public override void Flush() => terminal.Flush();
}
