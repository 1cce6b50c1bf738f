using System.CommandLine;
using Rollups.Cli.Bus;
using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Contracts;
using Rollups.Settings;

namespace Rollups.Cli.App;

/// <summary><c>rollups app remove</c>.</summary>
internal static class RemoveVerb
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    public static Verb Create()
    {
        var (app, timeout) = (ApplicationArgument.Create(), CommandVerb.Timeout());
        var yes = new Option<bool>("--yes", "-y") { Description = "Confirms that everything stored of the application is deleted." };
        var force = new Option<bool>("--force")
        {
            Description =
                "Removes it although a claim is on its way: the node does not see what L1 decides, and plays no tournament to its end.",
        };
        var leave = new Option<bool>("--no-wait") { Description = "Ends once the node has begun, instead of showing how far it is." };
        return new Verb(
            "remove",
            "Removes an application with everything that the node has stored of it. What L1 has stays, so that it can be registered again. "
                + "The node first brings its transactions to their end. Ctrl-C ends only the display.",
            "rollups app remove echo --yes",
            "rollups app remove echo --yes --no-wait"
        )
        {
            app,
            yes,
            force,
            leave,
            timeout,
        }.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var named = parsed.GetRequiredValue(app).ToString();
                if (!parsed.GetValue(yes))
                    throw new OperatorException(
                        $"This deletes everything that the node has stored of '{named}', and nothing brings it back but reading L1 anew: "
                            + "add --yes to confirm."
                    );
                return await RunAsync(
                    new RemoveApplication { Application = named, Force = parsed.GetValue(force) },
                    parsed.GetValue(timeout),
                    isWaiting: !parsed.GetValue(leave),
                    output,
                    cancellationToken
                );
            }
        );
    }

    private static async Task<int> RunAsync(
        RemoveApplication command,
        double timeout,
        bool isWaiting,
        CommandOutput output,
        CancellationToken cancellationToken
    )
    {
        await using var bus = await NodeBus.OpenAsync(NodeDatabase.Configuration(), cancellationToken);
        ApplicationRemoval? last = null;
        while (true)
        {
            var (answer, refused) = await CommandVerb.AskAsync<RemoveApplication, ApplicationRemoval>(
                bus,
                command,
                command.Application,
                CommandQueues.RemoveApplication,
                timeout,
                cancellationToken
            );
            if (answer is null)
                return last is not null && refused!.IsUnknown ? Removed(last, output) : throw new OperatorException(refused!.Reason);
            if (last is null || (answer with { AlreadyBegun = last.AlreadyBegun }) != last)
                output.Note(
                    answer.TransactionsInFlight > 0
                        ? $"{answer.Name}: waits for {answer.TransactionsInFlight} transactions that may still be mined"
                        : $"{answer.Name}: {answer.InputsLeft} inputs left"
                );
            last = answer;
            // From now on by address: somebody may register another application under the name.
            command = command with
            {
                Application = answer.Application,
            };
            if (!isWaiting)
                return Begun(answer, output);
            await Task.Delay(BetweenLooks, cancellationToken);
        }
    }

    private static int Begun(ApplicationRemoval answer, CommandOutput output)
    {
        if (output.IsJson)
            output.Json(new RemovalResult(answer.Name, answer.Application, IsRemoved: false));
        output.Line($"{answer.Name} is being removed; 'rollups app list' shows it until it is gone.");
        return ExitCode.Done;
    }

    private static int Removed(ApplicationRemoval last, CommandOutput output)
    {
        if (output.IsJson)
            output.Json(new RemovalResult(last.Name, last.Application, IsRemoved: true));
        output.Line($"{last.Name} is removed.");
        return ExitCode.Done;
    }

    private sealed record RemovalResult(string Name, string Application, bool IsRemoved);
}
