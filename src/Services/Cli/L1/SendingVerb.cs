using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Settings;

namespace Rollups.Cli.L1;

/// <summary>Gives a verb the account that pays for its transactions.</summary>
internal static class SendingVerb
{
    private const int LongestWait = 86_400;

    /// <summary>
    /// Adds <c>--json</c> and <c>--timeout</c>, and sets what the verb does with the account of section <c>Signer</c>. A warning names an
    /// account that the node itself uses.
    /// </summary>
    public static Verb Sends(this Verb verb, Func<ParseResult, L1Account, CommandOutput, CancellationToken, Task<int>> run)
    {
        var timeout = new Option<int>("--timeout")
        {
            Description = "Seconds to wait for the block of a transaction.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 300,
        };
        timeout.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var seconds) && seconds is < 1 or > LongestWait)
                result.AddError($"--timeout is {seconds}: give a number of seconds from 1 to {LongestWait}.");
        });
        verb.Options.Add(timeout);
        return verb.Runs(
            (parsed, output, cancellationToken) =>
                L1Connection.RunAsync(
                    output,
                    needsSigner: true,
                    async l1 =>
                    {
                        var account = new L1Account(l1, output, TimeSpan.FromSeconds(parsed.GetValue(timeout)));
                        await WarnAsync(account, output, cancellationToken);
                        return await run(parsed, account, output, cancellationToken);
                    },
                    cancellationToken
                )
        );
    }

    // Without the node's database at hand nothing is known, and nothing is said.
    private static async Task WarnAsync(L1Account account, CommandOutput output, CancellationToken cancellationToken)
    {
        bool isNodes;
        try
        {
            isNodes = await NodeDatabase.ReadAsync(
                database =>
                    database.Db.Transactions.AnyAsync(
                        row => row.ChainId == account.L1.ChainId && row.Signer == account.Address,
                        cancellationToken
                    ),
                cancellationToken
            );
        }
        catch (Exception exception) when (exception is UnreachableException or OperatorException)
        {
            return;
        }
        if (isNodes)
            output.Note(
                $"warning: The node sends its own transactions from the account {account.Address}. Both take nonces of it, so one may "
                    + "delay or displace the other: use an account of its own for commands."
            );
    }
}
