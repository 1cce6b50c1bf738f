using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Integration.Tests.Operations;

/// <summary>The day of an operator in docs/operate.md, command by command as written, on a deployed node.</summary>
[NeedsServers]
public sealed partial class OperatorsDayTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    private const string Doctor = "rollups doctor";

    // What the operator waits for before a command, as the page says.
    private const string Run = "rollups read inputs";
    private const string Accepted = "rollups read epochs";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Story Story => new(anvil, Token);

    [Fact]
    public async Task Every_command_of_the_day_works_as_written()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Path, "docs", "operate.md"), Token);
        var commands = Shell()
            .Matches(page)
            .SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        commands.Count.ShouldBeGreaterThan(20);
        commands.ShouldAllBe(command => command.StartsWith("rollups ", StringComparison.Ordinal));
        await using var node = await DeployedNode.StartAsync(
            anvil,
            postgres,
            rabbit,
            ["evm-reader,lifecycle,api", "advancer,validator", "claimer,prt"],
            Token
        );

        foreach (var command in commands)
        {
            await AwaitAsync(node, command);
            var (code, output) = await RunAsync(node, command);
            code.ShouldBe(0, $"{command}\n{output}");
            TestContext.Current.TestOutputHelper?.WriteLine($"$ {command}\n{output}");
            Check(command, output);
        }

        (await node.OnDatabaseAsync(db => db.Applications.CountAsync(Token))).ShouldBe(0);
        foreach (var process in node.Processes)
            process.EnsureRunning();
    }

    private async Task<(int Code, string Output)> RunAsync(DeployedNode node, string command)
    {
        var line = command
            .Replace("0xNODE", DevnetAccounts.ClaimOwner.ToString(), StringComparison.Ordinal)
            .Replace("127.0.0.1:10011", node.ApiAddress, StringComparison.Ordinal);
        // The services have just started, and a busy machine may take longer than the doctor waits; the first input has just been sent, and
        // the application's machine may still be under construction. Both are asked again.
        return command == Doctor || command.StartsWith("rollups inspect", StringComparison.Ordinal)
            ? await Story.UntilAsync(() => node.RunAsync(line, Token), answer => answer.Code == 0)
            : await node.RunAsync(line, Token);
    }

    private async Task AwaitAsync(DeployedNode node, string command)
    {
        if (command.StartsWith(Run, StringComparison.Ordinal))
            await Story.UntilAsync(
                () => node.OnDatabaseAsync(db => db.Inputs.AnyAsync(input => input.Status == InputStatus.Accepted, Token)),
                hasRun => hasRun
            );
        if (!command.StartsWith(Accepted, StringComparison.Ordinal))
            return;
        await Story.EndEpochAsync();
        await Story.UntilAsync(
            () => node.OnDatabaseAsync(db => db.Epochs.AnyAsync(epoch => epoch.Status == EpochStatus.ClaimAccepted, Token)),
            isAccepted => isAccepted
        );
    }

    /// <summary>What the page promises of the commands that an exit code alone does not show.</summary>
    private static void Check(string command, string output)
    {
        if (command.StartsWith("rollups inspect", StringComparison.Ordinal))
            output.ShouldContain("report 0: ping");
        if (command.StartsWith("rollups read outputs", StringComparison.Ordinal))
            output.ShouldContain("voucher");
        if (command.StartsWith(Accepted, StringComparison.Ordinal))
            output.ShouldContain("CLAIM_ACCEPTED");
        if (command.StartsWith("rollups app status", StringComparison.Ordinal))
            output.ShouldContain("HEALTHY");
        if (command.StartsWith("rollups read transactions", StringComparison.Ordinal))
            output.ShouldContain("SUBMIT_CLAIM");
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Shell();
}
