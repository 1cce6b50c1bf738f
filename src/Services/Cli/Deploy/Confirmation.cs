using Rollups.Cli.Output;
using Rollups.Settings;

namespace Rollups.Cli.Deploy;

/// <summary>Asks the operator before the account pays.</summary>
internal static class Confirmation
{
    /// <summary>A terminal in place of the process's own, for the commands that this asynchronous flow runs.</summary>
    internal static AsyncLocal<TextReader?> Terminal { get; } = new();

    /// <summary>Returns if the operator agrees.</summary>
    /// <exception cref="OperatorException">They do not, or nobody is there to ask.</exception>
    public static void Ask(CommandOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (Terminal.Value is null && Console.IsInputRedirected)
            throw new OperatorException("Nobody is at a terminal to agree to this cost: add --yes. Nothing was sent.");
        output.Note("Deploy? Type yes to go on:");
        var answer = (Terminal.Value ?? Console.In).ReadLine()?.Trim();
        if (
            answer is null
            || !(answer.Equals("yes", StringComparison.OrdinalIgnoreCase) || answer.Equals("y", StringComparison.OrdinalIgnoreCase))
        )
            throw new OperatorException("You did not agree. Nothing was sent.");
    }
}
