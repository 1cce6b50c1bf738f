using System.CommandLine;
using Rollups.Node;
using Rollups.Settings;

namespace Rollups.Cli.Config;

/// <summary><c>rollups config</c>: the node's settings.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new Verb("config", "The node's settings.") { Import() };

    private static Verb Import()
    {
        var file = new Option<string>("--file")
        {
            Description =
                "A file with NAME=VALUE lines, such as .env; export, quotes and comments are understood. Without it, the "
                + "environment of this command.",
            HelpName = "PATH",
        };
        var service = new Option<string>("--service")
        {
            Description =
                "For a process that runs this service alone: takes its own address, log level and key. Without it, for one process "
                + "with all services.",
            HelpName = "NAME",
        };
        service.AcceptOnlyFromAmong([.. NodeServices.All]);
        var json = new Option<bool>("--json") { Description = "Print one JSON object with the settings and every remark." };
        var secrets = new Option<bool>("--with-secrets")
        {
            Description = "Print keys, passwords and URLs with keys too. Without it, a remark names each one that is left out.",
        };
        var command = new Verb(
            "import",
            "Reads the variables CARTESI_... of the Go node and prints the settings of this node as lines ROLLUPS_Section__Key=VALUE. "
                + "Names on stderr what has no counterpart. With a wrong value it prints nothing and exits with 1.",
            "rollups config import --file .env > node.env",
            "rollups config import --file .env --service prt --with-secrets > prt.env",
            "rollups config import --json"
        )
        {
            file,
            service,
            json,
            secrets,
        };
        command.SetAction(
            (parsed, _) =>
                RollupsCommand.GuardAsync(() =>
                    Task.FromResult(
                        Run(
                            parsed.GetValue(file),
                            parsed.GetValue(service),
                            parsed.GetValue(json),
                            parsed.GetValue(secrets),
                            parsed.InvocationConfiguration
                        )
                    )
                )
        );
        return command;
    }

    private static int Run(string? file, string? service, bool json, bool withSecrets, InvocationConfiguration console)
    {
        var source = file is null ? EnvironmentSource.OfProcess() : EnvironmentFile.Read(file);
        if (!source.Variables.Keys.Any(name => name.StartsWith(GoVariable.Prefix, StringComparison.Ordinal)))
            throw new OperatorException(
                $"{(file is null ? "The environment" : $"The file '{file}'")} has no variable {GoVariable.Prefix}...: name the Go node's "
                    + "file with --file PATH, or run this where its variables are set."
            );
        var result = new SettingsImport(service ?? GoVariable.WholeNode, withSecrets).Run(source);
        if (json)
            ImportOutput.WriteJson(result, console.Output);
        else
            ImportOutput.WriteLines(result, console.Output);
        ImportOutput.WriteFindings(result, console.Error);
        return result.IsRefused ? ExitCode.Refused : ExitCode.Done;
    }
}
