using System.CommandLine;

namespace Rollups.Cli.Output;

/// <summary>Gives a verb its <c>--json</c>, its output and its one-sentence errors.</summary>
internal static class VerbOutput
{
    /// <summary>
    /// Adds <c>--json</c> and sets what the verb does. A failure that has a sentence is printed on stderr; the exit code is one of
    /// <see cref="ExitCode"/>.
    /// </summary>
    public static Verb Runs(this Verb verb, Func<ParseResult, CommandOutput, CancellationToken, Task<int>> run)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document, with times in UTC." };
        verb.Options.Add(json);
        verb.SetAction(
            (parsed, cancellationToken) =>
                RollupsCommand.GuardAsync(
                    () => run(parsed, CommandOutput.Of(parsed, parsed.GetValue(json)), cancellationToken),
                    parsed.InvocationConfiguration.Error
                )
        );
        return verb;
    }
}
