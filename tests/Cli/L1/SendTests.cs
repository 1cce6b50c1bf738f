using System.Globalization;
using System.Numerics;
using System.Text;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Cli.Tests.L1;

/// <summary><c>rollups send</c> against the real InputBox.</summary>
[NeedsServers]
public sealed class SendTests(CliChain chain) : IClassFixture<CliChain>
{
    private string App => chain.Application.ToString();

    [Fact]
    public async Task Each_form_of_a_payload_arrives_as_its_bytes()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, [0, 1, 2], CliChain.Cancel);

        (await PayloadAsync("hello rollups")).ShouldBe(Encoding.UTF8.GetBytes("hello rollups"));
        (await PayloadAsync("--text", "@alice")).ShouldBe(Encoding.UTF8.GetBytes("@alice"));
        (await PayloadAsync("--text", "true")).ShouldBe(Encoding.UTF8.GetBytes("true"));
        (await PayloadAsync("--hex", "0xDEADbeef")).ShouldBe([0xde, 0xad, 0xbe, 0xef]);
        (await PayloadAsync("--file", file)).ShouldBe([0, 1, 2]);
        (await PayloadAsync("--as-json", """{ "to": [1, 2] }""")).ShouldBe(Encoding.UTF8.GetBytes("""{"to":[1,2]}"""));
        (await PayloadAsync("--abi", "address,uint256,string", App, "7", "hi")).ShouldBe(
            AbiValue.Tuple(AbiValue.Of(chain.Application), AbiValue.Of(7UL), AbiValue.Of("hi"u8)).ToArray()
        );
        File.Delete(file);
    }

    [Fact]
    public async Task It_prints_the_index_from_the_InputBox_and_what_the_account_paid()
    {
        var before = await chain.Chain.Client.GetBalanceAsync(CliChain.Account, BlockTag.Latest, CliChain.Cancel);
        var index = await chain.NumberAsync(RollupsContracts.InputBox, "getNumberOfInputs(address)", AbiValue.Of(chain.Application));

        var answer = await CliProcess.RunHereAsync(chain.Variables, "send", App, "one");
        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Lines.ShouldContain($"input        {index}");
        answer.Lines.ShouldContain($"paid by      {CliChain.Account}");
        answer.ErrorLines.ShouldHaveSingleItem().ShouldStartWith("Sent the transaction 0x");

        var sent = await chain.JsonAsync("send", App, "two");
        sent.GetProperty("inputIndex").GetInt64().ShouldBe((long)index + 1);
        var transaction = sent.GetProperty("transaction");
        transaction.GetProperty("account").GetString().ShouldBe(CliChain.Account.ToString());
        var fee = BigInteger.Parse(transaction.GetProperty("feeWei").GetString()!, CultureInfo.InvariantCulture);
        fee.ShouldBeGreaterThan(BigInteger.Zero);
        var after = await chain.Chain.Client.GetBalanceAsync(CliChain.Account, BlockTag.Latest, CliChain.Cancel);
        (before - after).ShouldBeGreaterThan(fee);
    }

    [Fact]
    public async Task The_largest_payload_arrives_and_one_byte_more_is_refused_before_it_is_sent()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, new byte[65_216], CliChain.Cancel);
        (await PayloadAsync("--file", file)).Length.ShouldBe(65_216);

        await File.WriteAllBytesAsync(file, new byte[65_217], CliChain.Cancel);
        var head = await chain.Chain.HeadAsync(CliChain.Cancel);
        (await chain.RefusedAsync("send", App, "--file", file)).ShouldBe(
            "error: The payload has 65217 bytes, but the InputBox takes 65216 at most. Nothing was sent: split it into several inputs."
        );
        (await chain.Chain.HeadAsync(CliChain.Cancel)).ShouldBe(head);
        File.Delete(file);
        (await chain.RefusedAsync("send", App, "--file", file)).ShouldStartWith($"error: The file '{file}' cannot be read: ");
    }

    [Fact]
    public async Task What_is_no_application_is_refused()
    {
        (await chain.RefusedAsync("send", DevnetAccounts.User.ToString(), "hi")).ShouldBe(
            $"error: Chain 31337 has no contract at {DevnetAccounts.User}, the address of the application: check the address and "
                + "Ethereum:HttpEndpoint."
        );
        (await chain.RefusedAsync("send", chain.Authority.ToString(), "hi")).ShouldBe(
            $"error: The contract at {chain.Authority} is not an application of @cartesi/rollups 2.2.0: give the address of one."
        );
    }

    [Fact]
    public async Task A_missing_or_empty_account_and_another_chain_are_refused()
    {
        (await CliChain.RefusedAsync(chain.WithoutKey, "send", App, "hi")).ShouldStartWith(
            "error: Signer:Kind is none, and this command sends a transaction: set ROLLUPS_Signer__Kind"
        );
        (
            await CliChain.RefusedAsync(
                [.. chain.WithoutKey, ("ROLLUPS_Signer__Kind", "private-key"), ("ROLLUPS_Signer__PrivateKey", "0x" + new string('1', 64))],
                "send",
                App,
                "hi"
            )
        ).ShouldEndWith("has 0 ether: send it ether. Nothing was sent.");
        (await CliChain.RefusedAsync([.. chain.Variables, ("ROLLUPS_Ethereum__ChainId", "1")], "send", App, "hi")).ShouldStartWith(
            "error: Ethereum:ChainId is 1, but the endpoint "
        );
    }

    [Fact]
    public async Task A_name_comes_from_the_nodes_database_and_its_own_account_is_warned_of()
    {
        using var database = await VoucherStory.CreateDatabaseAsync();
        await VoucherStory.AddApplicationAsync(database, chain.Application);
        (string, string)[] on = [.. chain.Variables, .. Read.StoredStory.VariablesOf(database)];

        var answer = await CliProcess.RunHereAsync(on, "send", "echo", "hi");
        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Error.ShouldNotContain("warning");
        (await CliChain.RefusedAsync(on, "send", "ecko", "hi")).ShouldStartWith("error: The node has no application 'ecko'");

        await VoucherStory.AddTransactionAsync(database, CliChain.Account);
        answer = await CliProcess.RunHereAsync(on, "send", "echo", "hi");
        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.ErrorLines[0].ShouldStartWith($"warning: The node sends its own transactions from the account {CliChain.Account}.");
    }

    [Fact]
    public async Task No_block_in_time_may_still_take_effect()
    {
        await chain.Chain.SetAutomineAsync(false, CliChain.Cancel);
        try
        {
            var answer = await CliProcess.RunHereAsync(chain.Variables, "send", App, "late", "--timeout", "1");
            answer.ExitCode.ShouldBe(ExitCode.Unreachable, answer.Error);
            answer.ErrorLines[1].ShouldStartWith("error: No block has the transaction after 1 s. The transaction 0x");
            answer.ErrorLines[1].ShouldContain("may still take effect: look for its receipt before you send it again");
        }
        finally
        {
            await chain.Chain.SetAutomineAsync(true, CliChain.Cancel);
            await chain.Chain.MineAsync(1, CliChain.Cancel);
        }
    }

    [Fact]
    public async Task An_endpoint_that_is_away_is_unreachable()
    {
        var answer = await CliProcess.RunHereAsync(
            [
                ("ROLLUPS_Ethereum__HttpEndpoint", "http://127.0.0.1:1"),
                ("ROLLUPS_Ethereum__MaxRetries", "0"),
                ("ROLLUPS_Signer__Kind", "private-key"),
                ("ROLLUPS_Signer__PrivateKey", DevnetAccounts.StrangerKey),
            ],
            "send",
            App,
            "hi"
        );
        answer.ExitCode.ShouldBe(ExitCode.Unreachable, answer.Error);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldNotContain(DevnetAccounts.StrangerKey);
    }

    [Theory]
    [InlineData("PAYLOAD is missing.")]
    [InlineData("PAYLOAD is one argument", "two", "words")]
    [InlineData("PAYLOAD has one form", "--hex", "0x00", "--text")]
    [InlineData("is not hex data", "--hex", "00")]
    [InlineData("is not JSON", "--as-json", "{")]
    [InlineData("--abi has 2 types (address,uint8), but there is 1 value", "7", "--abi", "address,uint8")]
    [InlineData("256 does not fit into uint8.", "256", "--abi", "uint8")]
    [InlineData("'float' is not a type that --abi knows", "7", "--abi", "float")]
    [InlineData("--timeout is 0", "hi", "--timeout", "0")]
    public async Task A_wrong_command_line_is_usage(string words, params string[] arguments)
    {
        var answer = await CliProcess.RunHereAsync([], ["send", App, .. arguments]);

        answer.ExitCode.ShouldBe(ExitCode.Usage);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldContain(words);
    }

    private async Task<byte[]> PayloadAsync(params string[] arguments)
    {
        var sent = await chain.JsonAsync(["send", App, .. arguments]);
        var input = await chain.LastInputAsync();
        input.Index.ShouldBe(sent.GetProperty("inputIndex").GetInt64());
        input.Sender.ShouldBe(CliChain.Account);
        return input.Payload;
    }
}
