using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Cli.Tests.L1;

/// <summary><c>rollups deploy prt</c> with the factory that stands in for Dave's.</summary>
[NeedsServers]
public sealed class DeployPrtTests(CliChain chain) : IClassFixture<CliChain>
{
    [Fact]
    public async Task An_application_under_Dave_is_deployed_once_with_a_sealed_epoch()
    {
        var dave = await StandInContracts.DeployAsync(chain.Chain, allowance: 60, effort: 5, CliChain.Cancel);
        string[] line = ["deploy", "prt", "--template", "echo:", "--factory", dave.Factory.ToString(), "--salt", "4"];

        var first = await chain.JsonAsync([.. line, "--yes"]);

        var (application, consensus) = await dave.CalculateAsync(
            Hash32.Parse(first.GetProperty("templateHash").GetString()!),
            Hash32.Parse("0x" + new string('0', 63) + "4"),
            CliChain.Cancel
        );
        first.GetProperty("application").GetString().ShouldBe(application.ToString());
        first.GetProperty("consensus").GetString().ShouldBe(consensus.ToString());
        first.GetProperty("alreadyDeployed").GetBoolean().ShouldBeFalse();
        (await chain.Chain.Client.GetCodeAsync(consensus, BlockTag.Latest, CliChain.Cancel)).ShouldNotBeEmpty();
        var seal = await chain.Chain.Client.CallAsync(
            DaveConsensusContract.GetCurrentSealedEpoch(consensus),
            BlockTag.Latest,
            CliChain.Cancel
        );
        new AbiReader(seal).UInt256(0).ShouldBe(0);

        var head = await chain.Chain.HeadAsync(CliChain.Cancel);
        (await chain.JsonAsync(line)).GetProperty("alreadyDeployed").GetBoolean().ShouldBeTrue();
        (await chain.Chain.HeadAsync(CliChain.Cancel)).ShouldBe(head);
        (await chain.JsonAsync("send", application.ToString(), "hi")).GetProperty("inputIndex").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_factory_that_is_none_is_refused_and_a_missing_one_is_usage()
    {
        var authority = chain.Authority.ToString();
        (await chain.RefusedAsync("deploy", "prt", "--template", "echo:", "--factory", authority)).ShouldBe(
            $"error: The contract at {authority} is not the DaveAppFactory of Dave 2.1: check its address and the chain."
        );
        (await chain.RefusedAsync("deploy", "prt", "--template", "echo:", "--factory", DevnetAccounts.User.ToString())).ShouldContain(
            "has no DaveAppFactory at"
        );
        (
            await chain.RefusedAsync("deploy", "prt", "--template", "echo:", "--factory", authority, "--register", "honeypot", "--yes")
        ).ShouldStartWith("error: Messaging:Transport is not rabbitmq");

        var answer = await CliProcess.RunHereAsync([], "deploy", "prt", "--template", "echo:");
        answer.ExitCode.ShouldBe(ExitCode.Usage);
        answer.Error.ShouldContain("'--factory'");
        answer = await CliProcess.RunHereAsync([], "deploy", "prt", "--factory", authority);
        answer.ExitCode.ShouldBe(ExitCode.Usage);
        answer.Error.ShouldContain("The machine is missing");
    }
}
