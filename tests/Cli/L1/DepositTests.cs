using System.Globalization;
using System.Numerics;
using Rollups.Cli.L1;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Cli.Tests.L1;

/// <summary><c>rollups deposit</c> through the real portals.</summary>
[NeedsServers]
public sealed class DepositTests(CliChain chain) : IClassFixture<CliChain>
{
    private string App => chain.Application.ToString();

    [Fact]
    public async Task The_file_has_the_addresses_at_which_the_packages_bytecode_is_deployed()
    {
        (string Name, Address At)[] deployed =
        [
            ("InputBox", RollupsContracts.InputBox),
            ("EtherPortal", RollupsContracts.EtherPortal),
            ("ERC20Portal", RollupsContracts.Erc20Portal),
            ("ERC721Portal", RollupsContracts.Erc721Portal),
            ("ERC1155SinglePortal", RollupsContracts.Erc1155Portal),
            ("AuthorityFactory", RollupsContracts.AuthorityFactory),
            ("QuorumFactory", RollupsContracts.QuorumFactory),
            ("ApplicationFactory", RollupsContracts.ApplicationFactory),
            ("SelfHostedApplicationFactory", RollupsContracts.SelfHostedApplicationFactory),
        ];
        foreach (var (name, at) in deployed)
        {
            ContractAddresses.Of(name, 31337).ShouldBe(at, name);
            (await chain.Chain.Client.GetCodeAsync(at, BlockTag.Latest, CliChain.Cancel)).ShouldNotBeEmpty(name);
        }
    }

    [Fact]
    public async Task Ether_reaches_the_application_with_the_data_for_it()
    {
        var before = await chain.Chain.Client.GetBalanceAsync(chain.Application, BlockTag.Latest, CliChain.Cancel);

        var sent = await chain.JsonAsync("deposit", "ether", App, "0.25", "--exec-layer-data", "0xcafe");

        sent.GetProperty("transaction").GetProperty("valueWei").GetString().ShouldBe("250000000000000000");
        var input = await InputOfAsync(sent, RollupsContracts.EtherPortal);
        // InputEncoding.encodeEtherDeposit: sender, value, data.
        input.ShouldBe([.. CliChain.Account.ToByteArray(), .. Word(250_000_000_000_000_000), 0xca, 0xfe]);
        var after = await chain.Chain.Client.GetBalanceAsync(chain.Application, BlockTag.Latest, CliChain.Cancel);
        (after - before).ShouldBe(250_000_000_000_000_000);
    }

    [Fact]
    public async Task ERC_20_needs_an_allowance_which_approve_gives()
    {
        var token = await TokenAsync("StandInErc20");

        (await chain.RefusedAsync("deposit", "erc20", App, $"{token}", "500")).ShouldBe(
            $"error: The portal may not take this from {CliChain.Account} yet: add --approve, which calls approve("
                + $"{RollupsContracts.Erc20Portal}, 500) of the token {token} first. Nothing was sent."
        );

        var sent = await chain.JsonAsync("deposit", "erc20", App, $"{token}", "500", "--approve");
        var input = await InputOfAsync(sent, RollupsContracts.Erc20Portal);
        input.ShouldBe([.. token.ToByteArray(), .. CliChain.Account.ToByteArray(), .. Word(500)]);
        (await chain.NumberAsync(token, "balanceOf(address)", AbiValue.Of(chain.Application))).ShouldBe(500);

        (await chain.RefusedAsync("deposit", "erc20", App, $"{DevnetAccounts.User}", "500")).ShouldBe(
            $"error: There is no token of this kind at {DevnetAccounts.User}: check the address and the chain."
        );
    }

    [Fact]
    public async Task ERC_721_needs_an_approval_which_approve_gives()
    {
        var token = await TokenAsync("StandInErc721");

        (await chain.RefusedAsync("deposit", "erc721", App, $"{token}", "7")).ShouldContain("add --approve, which calls approve(");

        var sent = await chain.JsonAsync("deposit", "erc721", App, $"{token}", "7", "--approve");
        var input = await InputOfAsync(sent, RollupsContracts.Erc721Portal);
        input[..72].ShouldBe([.. token.ToByteArray(), .. CliChain.Account.ToByteArray(), .. Word(7)]);
        (await chain.NumberAsync(token, "ownerOf(uint256)", AbiValue.Of(7UL))).ShouldBe(
            new BigInteger(chain.Application.ToByteArray(), isUnsigned: true, isBigEndian: true)
        );
    }

    [Fact]
    public async Task ERC_1155_needs_an_operator_which_approve_sets()
    {
        var token = await TokenAsync("StandInErc1155");

        (await chain.RefusedAsync("deposit", "erc1155", App, $"{token}", "7", "30")).ShouldContain("which calls setApprovalForAll(");

        var sent = await chain.JsonAsync("deposit", "erc1155", App, $"{token}", "0x7", "30", "--approve", "--base-layer-data", "0x01");
        var input = await InputOfAsync(sent, RollupsContracts.Erc1155Portal);
        input[..104].ShouldBe([.. token.ToByteArray(), .. CliChain.Account.ToByteArray(), .. Word(7), .. Word(30)]);
        (await chain.NumberAsync(token, "balanceOf(address,uint256)", AbiValue.Of(chain.Application), AbiValue.Of(7UL))).ShouldBe(30);
        // The approval stays, but there are only 100 of them.
        (await chain.RefusedAsync("deposit", "erc1155", App, $"{token}", "7", "71")).ShouldStartWith(
            "error: The deposit would revert: Panic(0x11). Nothing was sent."
        );
    }

    [Fact]
    public async Task What_the_account_cannot_pay_and_a_portal_that_is_not_there_are_refused()
    {
        var refused = await chain.RefusedAsync("deposit", "ether", App, "1000000");
        refused.ShouldStartWith($"error: The deposit may cost up to 1000000 ether, but the account {CliChain.Account} has ");
        refused.ShouldEndWith(" ether: send it ether. Nothing was sent.");
        (await chain.RefusedAsync("deposit", "ether", App, "1", "--portal", $"{DevnetAccounts.User}")).ShouldBe(
            $"error: Chain 31337 has no EtherPortal at {DevnetAccounts.User}: check Ethereum:HttpEndpoint, or give its address with "
                + "--portal."
        );
    }

    [Theory]
    [InlineData("0.25", "250000000000000000")]
    [InlineData("100gwei", "100000000000")]
    [InlineData("1wei", "1")]
    [InlineData("2ether", "2000000000000000000")]
    [InlineData("0.000000000000000001", "1")]
    public void Ether_has_units(string text, string wei) =>
        Amount.ParseEther(text).ShouldBe(BigInteger.Parse(wei, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("ether echo 0", "'0' is not an amount of ether")]
    [InlineData("ether echo 1.5wei", "'1.5wei' is not an amount of ether")]
    [InlineData("ether echo -- -1", "'-1' is not an amount of ether")]
    [InlineData("ether echo 1 --exec-layer-data cafe", "'cafe' is not hex data")]
    [InlineData("ether echo 1 --approve", "--approve")]
    [InlineData("erc20 echo 0x12 5", "'0x12' is not an Ethereum address")]
    [InlineData("erc20 echo 0x5FbDB2315678afecb367f032d93F642f64180aa3 0", "The amount is 0")]
    [InlineData("erc721 echo 0x5FbDB2315678afecb367f032d93F642f64180aa3 seven", "'seven' is not a number")]
    [InlineData("erc1155 echo 0x5FbDB2315678afecb367f032d93F642f64180aa3 7", "missing for command")]
    public async Task A_wrong_command_line_is_usage(string line, string words)
    {
        var answer = await CliProcess.RunHereAsync([], ["deposit", .. line.Split(' ')]);

        answer.ExitCode.ShouldBe(ExitCode.Usage);
        answer.Error.ShouldContain(words);
    }

    private Task<Address> TokenAsync(string name) =>
        StandInContracts.DeployAsync(chain.Chain, name, [AbiValue.Of(CliChain.Account)], CliChain.Cancel);

    private async Task<byte[]> InputOfAsync(System.Text.Json.JsonElement sent, Address portal)
    {
        var input = await chain.LastInputAsync();
        input.Index.ShouldBe(sent.GetProperty("inputIndex").GetInt64());
        input.Sender.ShouldBe(portal);
        return input.Payload;
    }

    private static byte[] Word(BigInteger number) => AbiValue.Of(number).ToArray();
}
