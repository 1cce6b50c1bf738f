using System.CommandLine;
using Rollups.Cli.Database;
using Rollups.Cli.L1;
using Rollups.Cli.Read;
using Rollups.Cli.Send;
using Rollups.Domain;

namespace Rollups.Cli.Deposit;

/// <summary>What the verbs that deposit have in common.</summary>
internal static class DepositVerb
{
    /// <summary>A verb with APP, the arguments of its asset, and the options of every portal.</summary>
    /// <param name="name">Name of the verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="examples">Whole command lines.</param>
    /// <param name="portal">Name of the portal's contract.</param>
    /// <param name="arguments">Arguments after APP, and options.</param>
    /// <param name="plan">What to call.</param>
    public static Verb Create(
        string name,
        string description,
        IReadOnlyList<string> examples,
        string portal,
        IReadOnlyList<Symbol> arguments,
        Func<DepositRequest, DepositPlan> plan
    )
    {
        var app = ApplicationArgument.Create();
        var verb = new Verb(name, description, [.. examples]) { app };
        var data = Data("--exec-layer-data", "Data for the application, hex with 0x; it follows the deposit in the input.");
        var at = Typed.Address("--portal", $"Address of the {portal}; the default is that of @cartesi/rollups 2.2.0.");
        var approve = new Option<bool>("--approve") { Description = "Allow the portal to take the tokens first, if it may not yet." };
        foreach (var symbol in arguments)
        {
            if (symbol is Argument argument)
                verb.Arguments.Add(argument);
            else
                verb.Options.Add((Option)symbol);
        }
        verb.Options.Add(data);
        if (name != "ether")
            verb.Options.Add(approve);
        verb.Options.Add(at);
        return verb.Sends(
            async (parsed, account, output, cancellationToken) =>
            {
                var address = await ContractAddresses.FindAsync(account.L1, portal, parsed.GetValue(at), "--portal", cancellationToken);
                var application = await L1Application.FindAsync(parsed.GetRequiredValue(app), account.L1, cancellationToken);
                var planned = plan(new(parsed, account.Address, address, application.Address, parsed.GetValue(data) ?? []));
                if (planned.Allowance is { } allowance)
                    await allowance.EnsureAsync(account, name != "ether" && parsed.GetValue(approve), output, cancellationToken);
                var sent = await account.SendAsync("The deposit", planned.Call, cancellationToken);
                AddedInput.Of(sent, application).Show(output);
                return ExitCode.Done;
            }
        );
    }

    /// <summary>An option with data in hex.</summary>
    public static Option<byte[]?> Data(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "HEX",
            CustomParser = result => Typed.Read(result, Hex.Decode),
        };
}
