using System.Numerics;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Cli.Tests.L1;

/// <summary><c>rollups validate</c> and <c>rollups execute</c> against the real application contract.</summary>
[NeedsServers]
public sealed class ExecuteTests(CliChain chain) : IClassFixture<CliChain>
{
    /// <summary>One story, because a voucher changes the chain: not accepted, then accepted without funds, then executed.</summary>
    [Fact]
    public async Task A_voucher_is_executed_once_and_each_refusal_has_its_reason()
    {
        using var database = await VoucherStory.CreateDatabaseAsync();
        await VoucherStory.AddApplicationAsync(database, chain.Application);
        var receiver = DevnetAccounts.Validators[^1];
        var root = await VoucherStory.AddEpochsAsync(
            database,
            Outputs.Notice("hello"u8),
            Outputs.Voucher(receiver, 250_000_000_000_000_000, []),
            // An input of more bytes than the InputBox takes.
            Outputs.Voucher(RollupsContracts.InputBox, 0, InputBoxContract.AddInput(chain.Application, new byte[65_217])),
            [1, 2, 3]
        );
        (string, string)[] on = [.. chain.Variables, .. Read.StoredStory.VariablesOf(database)];
        (string, string)[] withoutKey = [.. chain.WithoutKey, .. Read.StoredStory.VariablesOf(database)];
        Task<string> Refused(string verb, string output) =>
            CliChain.RefusedAsync(verb == "execute" ? on : withoutKey, verb, "echo", output);

        (await Refused("execute", "9")).ShouldBe(
            "error: The application echo has no output 9: 'rollups read outputs echo' lists its outputs."
        );
        (await Refused("execute", "0")).ShouldBe(
            "error: Output 0 of echo is a notice, which cannot be executed: 'rollups validate echo 0' checks it on L1."
        );
        (await Refused("execute", "3")).ShouldBe("error: Output 3 of echo is neither a notice nor a voucher, so L1 cannot execute it.");
        foreach (var verb in (string[])["execute", "validate"])
        {
            (await Refused(verb, "4")).ShouldStartWith(
                "error: Output 4 of echo has no proof yet: its epoch 1 is CLOSED, and the node makes the proofs once the epoch is "
                    + "CLAIM_CALCULATED."
            );
            (await Refused(verb, "1")).ShouldStartWith(
                "error: Output 1 of echo is not valid on L1 yet: its epoch 0 is CLAIM_CALCULATED, and L1 has to accept its claim first."
            );
        }

        await VoucherStory.AcceptAsync(chain, root);
        var valid = await CliProcess.RunHereAsync(withoutKey, "validate", "echo", "0");
        valid.ExitCode.ShouldBe(0, valid.Error);
        valid.Lines.ShouldContain($"valid    yes, {chain.Application} accepts the node's proof");
        valid.Lines.ShouldContain("payload  0x68656c6c6f");

        (await Refused("execute", "1")).ShouldBe(
            $"error: Output 1 of echo cannot be executed yet: the application {chain.Application} has 0 ether, but the voucher sends 0.25 "
                + "ether. Deposit ether first. Nothing was sent."
        );
        (await Refused("execute", "2")).ShouldBe(
            $"error: Output 2 of echo cannot be executed yet: its call to {RollupsContracts.InputBox} reverts with "
                + $"InputTooLarge({chain.Application}, 65540, 65536). Nothing was sent."
        );

        await CliProcess.RunHereAsync(on, "deposit", "ether", "echo", "0.25");
        var before = await BalanceAsync(receiver);
        var executed = await CliProcess.RunHereAsync(on, "execute", "echo", "1");
        executed.ExitCode.ShouldBe(0, executed.Error);
        executed.Lines.ShouldContain("executed     output 1 of echo, a voucher");
        executed.Lines.ShouldContain("it sent      0.25 ether");
        executed.Lines.ShouldContain($"paid by      {CliChain.Account}");
        (await BalanceAsync(receiver) - before).ShouldBe(250_000_000_000_000_000);

        (await Refused("execute", "1")).ShouldBe("error: Output 1 of echo is already executed; the node has not read that block yet.");
        await VoucherStory.AddExecutionAsync(database, 1, Keccak256.Hash([1]), 12);
        (await Refused("execute", "1")).ShouldBe(
            $"error: Output 1 of echo is already executed, by transaction {Keccak256.Hash([1])} in block 12."
        );
    }

    [Theory]
    [InlineData("execute echo", "missing for command")]
    [InlineData("execute echo one", "'one' is not an index")]
    [InlineData("validate echo -- -1", "'-1' is not an index")]
    [InlineData("validate 0x12 1", "'0x12' is not an Ethereum address")]
    public async Task A_wrong_command_line_is_usage(string line, string words)
    {
        var answer = await CliProcess.RunHereAsync([], line.Split(' '));

        answer.ExitCode.ShouldBe(ExitCode.Usage);
        answer.Error.ShouldContain(words);
    }

    private Task<BigInteger> BalanceAsync(Address address) =>
        chain.Chain.Client.GetBalanceAsync(address, BlockTag.Latest, CliChain.Cancel);
}
