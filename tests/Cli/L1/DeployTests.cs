using Rollups.Cli.Deploy;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Cli.Tests.L1;

/// <summary><c>rollups deploy</c> with the real factories.</summary>
[NeedsServers]
public sealed class DeployTests(CliChain chain) : IClassFixture<CliChain>
{
    private static readonly string Hash = "0x" + new string('7', 64);

    [Fact]
    public async Task An_Authority_is_deployed_once()
    {
        var first = await chain.JsonAsync("deploy", "authority", "--epoch-length", "20", "--salt", "3", "--yes");
        var authority = Address.Parse(first.GetProperty("consensus").GetString()!);
        first.GetProperty("alreadyDeployed").GetBoolean().ShouldBeFalse();
        (await chain.NumberAsync(authority, "getEpochLength()")).ShouldBe(20);
        first.GetProperty("owner").GetString().ShouldBe(CliChain.Account.ToString());

        var head = await chain.Chain.HeadAsync(CliChain.Cancel);
        // It asks nothing where it sends nothing.
        var second = await chain.JsonAsync("deploy", "authority", "--epoch-length", "20", "--salt", "0x3");
        second.GetProperty("consensus").GetString().ShouldBe(authority.ToString());
        second.GetProperty("alreadyDeployed").GetBoolean().ShouldBeTrue();
        (await chain.Chain.HeadAsync(CliChain.Cancel)).ShouldBe(head);
    }

    [Fact]
    public async Task A_Quorum_has_its_validators()
    {
        var validators = DevnetAccounts.Validators.Take(3).Select(validator => validator.ToString()).ToArray();

        var deployed = await chain.JsonAsync(["deploy", "quorum", .. validators, "--epoch-length", "20", "--yes"]);

        var quorum = Address.Parse(deployed.GetProperty("consensus").GetString()!);
        (await chain.NumberAsync(quorum, "numOfValidators()")).ShouldBe(3);
    }

    [Fact]
    public async Task An_application_comes_with_an_Authority_of_its_own_and_a_second_one_joins_it()
    {
        var first = await chain.JsonAsync("deploy", "application", "--template", "echo:", "--salt", "5", "--yes");
        var authority = first.GetProperty("consensus").GetString()!;
        var application = Address.Parse(first.GetProperty("application").GetString()!);
        var answer = await chain.Chain.Client.CallAsync(
            ApplicationContract.GetTemplateHash(application),
            BlockTag.Latest,
            CliChain.Cancel
        );
        new AbiReader(answer).Hash(0).ToString().ShouldBe(first.GetProperty("templateHash").GetString());
        (await chain.NumberAsync(Address.Parse(authority), "getEpochLength()")).ShouldBe(7200);

        // The same Authority, another machine: the Authority is there, so the application alone is deployed.
        var second = await chain.JsonAsync("deploy", "application", "--template-hash", Hash, "--salt", "5", "--yes");
        second.GetProperty("consensus").GetString().ShouldBe(authority);
        second.GetProperty("application").GetString().ShouldNotBe(application.ToString());
        var third = await chain.JsonAsync(
            "deploy",
            "application",
            "--template-hash",
            Hash,
            "--salt",
            "6",
            "--consensus",
            authority,
            "--yes"
        );
        third.GetProperty("consensus").GetString().ShouldBe(authority);
        third.GetProperty("alreadyDeployed").GetBoolean().ShouldBeFalse();

        foreach (
            var again in (string[][])
                [
                    ["--template", "echo:", "--salt", "5"],
                    ["--template-hash", Hash, "--salt", "5"],
                ]
        )
            (await chain.JsonAsync(["deploy", "application", .. again])).GetProperty("alreadyDeployed").GetBoolean().ShouldBeTrue();
        (await chain.JsonAsync("send", application.ToString(), "hi")).GetProperty("inputIndex").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task The_cost_is_shown_and_without_agreement_nothing_is_sent()
    {
        var head = await chain.Chain.HeadAsync(CliChain.Cancel);
        string[] line = ["deploy", "authority", "--salt", "8"];

        var answer = await AskedAsync("no\n", line);
        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer
            .ErrorLines[0]
            .ShouldMatch(
                "^The Authority will be at 0x[0-9a-f]{40} on chain 31337\\. The deployment takes up to \\d+ gas at .* gwei at most, "
                    + $"so up to 0\\.\\d+ ether, paid by {CliChain.Account}\\.$"
            );
        answer.ErrorLines[^1].ShouldBe("error: You did not agree. Nothing was sent.");
        answer = await AskedAsync("", line);
        answer.ErrorLines[^1].ShouldBe("error: You did not agree. Nothing was sent.");
        // A program's input that is redirected, as in a script.
        answer = await CliProcess.RunAsync(chain.Variables, line);
        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.ErrorLines[^1].ShouldBe("error: Nobody is at a terminal to agree to this cost: add --yes. Nothing was sent.");
        (await chain.Chain.HeadAsync(CliChain.Cancel)).ShouldBe(head);

        answer = await AskedAsync("yes\n", line);
        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Lines.ShouldContain("deployed      now");
        answer.Lines.ShouldContain(shown => shown.StartsWith("fee           0.") && shown.EndsWith(" gas"));
    }

    [Fact]
    public async Task What_would_end_badly_is_refused_before_anything_is_sent()
    {
        var head = await chain.Chain.HeadAsync(CliChain.Cancel);
        var user = DevnetAccounts.User.ToString();

        (await chain.RefusedAsync("deploy", "application", "--template", "echo:", "--register", "echo", "--yes")).ShouldStartWith(
            "error: Messaging:Transport is not rabbitmq"
        );
        (await chain.RefusedAsync("deploy", "application", "--template", "echo:", "--consensus", user)).ShouldBe(
            $"error: Chain 31337 has no contract at {user}: deploy the consensus first, with 'rollups deploy authority' or 'rollups deploy "
                + "quorum'."
        );
        (await chain.RefusedAsync("deploy", "application", "--template", "echo:", "--template-hash", Hash)).ShouldContain(
            $"not {Hash}: correct --template-hash, or leave it away. Nothing was sent."
        );
        (await chain.RefusedAsync("deploy", "application", "--template", "ipfs:x")).ShouldStartWith(
            "error: This program has no machine for 'ipfs:x': give its root hash with --template-hash"
        );
        (await chain.RefusedAsync("deploy", "authority", "--factory", user)).ShouldBe(
            $"error: Chain 31337 has no AuthorityFactory at {user}: check Ethereum:HttpEndpoint, or give its address with --factory."
        );
        (await chain.RefusedAsync("deploy", "authority", "--factory", chain.Authority.ToString())).ShouldBe(
            $"error: The contract at {chain.Authority} is not the factory of @cartesi/rollups 2.2.0: check its address and the chain."
        );
        (await chain.RefusedAsync("deploy", "authority", "--owner", Address.Zero.ToString(), "--yes")).ShouldBe(
            $"error: The Authority's deployment would revert: OwnableInvalidOwner({Address.Zero}). Nothing was sent."
        );
        (await chain.Chain.HeadAsync(CliChain.Cancel)).ShouldBe(head);
    }

    [Theory]
    [InlineData("application", "The machine is missing: give --template, or --template-hash.")]
    [InlineData("application --template-hash 0x12", "'0x12' is not a hash")]
    [InlineData(
        "application --template-hash 0x7777777777777777777777777777777777777777777777777777777777777777 --register echo",
        "--register needs"
    )]
    [InlineData(
        "application --template echo: --consensus 0x75135d8ADb7180640d29d822D9AD59E83E8695b2 --epoch-length 5",
        "--epoch-length is of a new Authority"
    )]
    [InlineData("authority --epoch-length 0", "--epoch-length is 0")]
    [InlineData("authority --salt pepper", "'pepper' is not a salt")]
    [InlineData("quorum", "missing for command")]
    [InlineData(
        "quorum 0x75135d8ADb7180640d29d822D9AD59E83E8695b2 0x75135D8ADB7180640D29D822D9AD59E83E8695B2",
        "A validator is given twice"
    )]
    public async Task A_wrong_command_line_is_usage(string line, string words)
    {
        var answer = await CliProcess.RunHereAsync([], ["deploy", .. line.Split(' ')]);

        answer.ExitCode.ShouldBe(ExitCode.Usage);
        answer.Error.ShouldContain(words);
    }

    private async Task<CliAnswer> AskedAsync(string typed, string[] line)
    {
        using var terminal = new StringReader(typed);
        Confirmation.Terminal.Value = terminal;
        try
        {
            return await CliProcess.RunHereAsync(chain.Variables, line);
        }
        finally
        {
            Confirmation.Terminal.Value = null;
        }
    }
}
