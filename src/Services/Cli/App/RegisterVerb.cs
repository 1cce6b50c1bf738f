using System.CommandLine;
using MassTransit;
using Rollups.Cli.Bus;
using Rollups.Cli.Database;
using Rollups.Cli.Deploy;
using Rollups.Cli.Output;
using Rollups.Contracts;
using Rollups.Settings;

namespace Rollups.Cli.App;

/// <summary><c>rollups app register</c>.</summary>
internal static class RegisterVerb
{
    public static Verb Create()
    {
        var name = new Argument<string>("name") { Description = "Name: at least 3 lower-case letters, digits, '_' or '-'." };
        var address = new Argument<string>("address") { Description = "Address of the application contract: 0x and 40 hex digits." };
        var template = new Option<string>("--template", "-t")
        {
            Description =
                "Where the machine is: echo: (the built-in application), cartesi:/FOLDER (a stored Cartesi Machine) or host:PORT.",
            HelpName = "URI",
            Required = true,
        };
        var hash = new Option<string>("--template-hash", "-H")
        {
            Description =
                "The machine's root hash, which must equal the one on chain. Without it, that of a Cartesi Machine on this host is "
                + "computed; otherwise the one on chain is taken.",
            HelpName = "HASH",
        };
        var timeout = CommandVerb.Timeout();
        return new Verb(
            "register",
            "Lets a running node verify an application on L1 and follow it from then on. Repeating it changes nothing.",
            "rollups app register echo 0x75135d8ADb7180640d29d822D9AD59E83E8695b2 --template echo:"
        )
        {
            name,
            address,
            template,
            hash,
            timeout,
        }.Runs(
            (parsed, output, cancellationToken) =>
                RunAsync(
                    new RegisterApplication
                    {
                        Name = parsed.GetRequiredValue(name),
                        Application = parsed.GetRequiredValue(address),
                        TemplateUri = parsed.GetRequiredValue(template),
                        TemplateHash = parsed.GetValue(hash),
                    },
                    parsed.GetValue(timeout),
                    output,
                    cancellationToken
                )
        );
    }

    private static async Task<int> RunAsync(
        RegisterApplication command,
        double timeout,
        CommandOutput output,
        CancellationToken cancellationToken
    )
    {
        command = await WithHashAsync(command, cancellationToken);
        await using var bus = await NodeBus.OpenAsync(NodeDatabase.Configuration(), cancellationToken);
        var response = await bus.AskAsync<RegisterApplication, ApplicationRegistration, RegistrationRefused>(
            command,
            CommandQueues.RegisterApplication,
            TimeSpan.FromSeconds(timeout),
            "'rollups app list'",
            cancellationToken
        );
        if (response.Is(out Response<RegistrationRefused>? refused))
            throw new OperatorException(refused.Message.Reason);
        if (!response.Is(out Response<ApplicationRegistration>? registered))
            return ExitCode.Refused;
        var answer = registered.Message;
        output.Show(
            answer,
            ("name", answer.Name),
            ("application", answer.Application),
            ("consensus", $"{answer.ConsensusType} at {answer.Consensus}"),
            ("epoch length", answer.EpochLength == 0 ? "set by the contract" : $"{answer.EpochLength} blocks"),
            ("registered", answer.AlreadyRegistered ? "before; nothing changed" : "now")
        );
        return ExitCode.Done;
    }

    /// <summary>With the root hash of the stored machine, so that the node compares it with the one on chain.</summary>
    private static async Task<RegisterApplication> WithHashAsync(RegisterApplication command, CancellationToken cancellationToken)
    {
        const string local = "cartesi:";
        var folder = command.TemplateUri.StartsWith(local, StringComparison.Ordinal) ? command.TemplateUri[local.Length..] : "";
        return command.TemplateHash is null && Directory.Exists(folder)
            ? command with
            {
                TemplateHash = $"{await Template.HashAsync(command.TemplateUri, cancellationToken)}",
            }
            : command;
    }
}
