using System.CommandLine;

namespace Rollups.Cli.Completion;

/// <summary>
/// <c>rollups completion SHELL</c>: a script for the shell. On each Tab it asks <c>rollups "[suggest:POSITION]" "LINE"</c>, the library's
/// own directive, so that it knows every command and option without being written anew.
/// </summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _rollups() {
          local IFS=$'\n'
          local found="$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)"
          COMPREPLY=( $(compgen -W "${found}" -- "${COMP_WORDS[COMP_CWORD]}") )
        }
        complete -o default -F _rollups rollups
        """;

    private const string Zsh = """
        #compdef rollups
        _rollups() {
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          compadd -- "${found[@]}"
        }
        compdef _rollups rollups
        """;

    private const string Fish = """
        function __rollups
          set -l line (commandline -cp)
          rollups "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c rollups -f -a '(__rollups)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Verb(
            "completion",
            "Prints a script that completes the commands and options of rollups in a shell.",
            "rollups completion bash > ~/.local/share/bash-completion/completions/rollups",
            "rollups completion zsh > \"${fpath[1]}/_rollups\"",
            "rollups completion fish > ~/.config/fish/completions/rollups.fish"
        )
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.WriteLine(ScriptFor(parsed.GetRequiredValue(shell)));
            return ExitCode.Done;
        });
        return command;
    }

    private static string ScriptFor(string shell) =>
        shell switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        };
}
