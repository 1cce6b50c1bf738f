using System.Diagnostics;
using System.Globalization;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>The demo as a user starts it.</summary>
[NeedsServers]
public sealed class DevnetTests
{
    [Theory(Timeout = 180_000)]
    [InlineData("authority", "It was submitted by this node (0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266).")]
    [InlineData("quorum", "and by 0x15d34aaf54267db7d7c367839aaf71a00a2c6a65.")]
    public async Task The_demo_ends_with_a_claim_accepted_and_outputs_proved_on_chain(string consensus, string claimants)
    {
        var token = TestContext.Current.CancellationToken;
        await using var demo = Start(
            "--exit-after-demo",
            "--consensus",
            consensus,
            "--anvil-port",
            "0",
            "--health-port",
            "0",
            "--inspect-port",
            "0",
            "--api-port",
            "0",
            "--web-port",
            "0"
        );

        (await demo.WaitForExitAsync(token)).ShouldBe(0, string.Join('\n', demo.Lines));

        demo.Lines.ShouldContain(line => line.StartsWith("Watch the node at http://127.0.0.1:", StringComparison.Ordinal));
        demo.Lines.ShouldContain(line => line.StartsWith("Read back from the chain: ClaimAccepted", StringComparison.Ordinal));
        demo.Lines.ShouldContain(line =>
            line.StartsWith("It was submitted by", StringComparison.Ordinal) && line.EndsWith(claimants, StringComparison.Ordinal)
        );
        demo.Lines.ShouldContain(line => line.StartsWith("The contract executed the voucher", StringComparison.Ordinal));
    }

    [Fact(Timeout = 180_000)]
    public async Task The_demo_of_a_tournament_ends_with_an_epoch_settled_and_outputs_proved_on_chain()
    {
        await using var demo = Start(
            "--exit-after-demo",
            "--consensus",
            "prt",
            "--anvil-port",
            "0",
            "--health-port",
            "0",
            "--inspect-port",
            "0",
            "--api-port",
            "0",
            "--web-port",
            "0"
        );

        (await demo.WaitForExitAsync(TestContext.Current.CancellationToken)).ShouldBe(0, string.Join('\n', demo.Lines));

        demo.Lines.ShouldContain(line =>
            line.StartsWith("Read back from the chain: EpochSealed(2) settles epoch 1", StringComparison.Ordinal)
        );
        demo.Lines.ShouldContain(line =>
            line.StartsWith("This node (0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266) joined with its commitment", StringComparison.Ordinal)
            && line.EndsWith("the bond is returned.", StringComparison.Ordinal)
        );
        demo.Lines.ShouldContain(line => line.StartsWith("The contract executed the voucher", StringComparison.Ordinal));
    }

    [Fact(Timeout = 180_000)]
    public async Task The_end_of_Anvil_ends_the_demo_with_one_sentence()
    {
        var token = TestContext.Current.CancellationToken;
        await using var demo = Start(
            "--anvil-port",
            "0",
            "--health-port",
            "0",
            "--inspect-port",
            "0",
            "--api-port",
            "0",
            "--web-port",
            "0"
        );
        while (!demo.Lines.Any(line => line.StartsWith("The chain goes on", StringComparison.Ordinal)))
        {
            demo.HasExited.ShouldBeFalse(string.Join('\n', demo.Lines));
            await Task.Delay(50, token);
        }

        using (var anvil = AnvilOf(demo))
            anvil.Kill();

        (await demo.WaitForExitAsync(token)).ShouldBe(69, string.Join('\n', demo.Lines));
        demo.Lines.Single(line => line.StartsWith("error:", StringComparison.Ordinal))
            .ShouldMatch(
                @"^error: Anvil \(http://127\.0\.0\.1:\d+/\) has ended or does not answer any more, and the devnet ends with it: start "
                    + @"it again for a new chain\.$"
            );
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--consensus", "dictator", "--consensus is 'dictator'")]
    [InlineData("--epoch-length", "1", "--epoch-length is 1")]
    [InlineData("--anvil-port", "70000", "--anvil-port is 70000")]
    [InlineData("--app-port", "70000", "--app-port is 70000")]
    [InlineData("--app", "", "--app is ''")]
    [InlineData("--send", "hello", "--send needs --app")]
    public async Task A_wrong_option_is_named_in_one_line(string option, string value, string sentence)
    {
        await using var demo = Start(option, value);

        (await demo.WaitForExitAsync(TestContext.Current.CancellationToken)).ShouldBe(64);

        demo.Lines.ShouldHaveSingleItem().ShouldContain(sentence);
    }

    private static Process AnvilOf(ProgramProcess demo) =>
        Directory
            .EnumerateDirectories($"/proc/{demo.Id}/task")
            .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => Process.GetProcessById(int.Parse(child, CultureInfo.InvariantCulture)))
            .Single(child => child.ProcessName == "anvil");

    private static ProgramProcess Start(params string[] arguments) =>
        ProgramProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "rollups.dll"), "devnet", .. arguments],
            new Dictionary<string, string>()
        );
}
