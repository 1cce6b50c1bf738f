using System.Text.Json.Nodes;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Contracts;

public sealed class RevertReasonTests
{
    public static TheoryData<string> Names =>
        [.. Reverts().Select(revert => revert.Text("errorName")).Where(name => name != "SomethingElse").Distinct()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_known_error_is_told_by_name_and_arguments(string name)
    {
        foreach (var revert in Reverts().Where(revert => revert.Text("errorName") == name))
        {
            var arguments = revert["args"]!.AsArray().Select(node => (string)node!);
            var expected = name switch
            {
                "Error" => $"Error(\"{arguments.Single()}\")",
                "Panic" => "Panic(0x11)",
                _ => $"{name}({string.Join(", ", arguments.Select(WithHexInLowerCase))})",
            };
            RevertReason.Describe(revert.Bytes("data")).ShouldBe(expected);
        }

        static string WithHexInLowerCase(string text) => text.StartsWith("0x", StringComparison.Ordinal) ? text.ToLowerInvariant() : text;
    }

    [Fact]
    public void The_selectors_that_the_claimer_decides_by_are_those_of_the_contracts()
    {
        Selector("NotFirstClaim").ShouldBe(RevertReason.NotFirstClaim);
        Selector("NotEpochFinalBlock").ShouldBe(RevertReason.NotEpochFinalBlock);
        Selector("NotPastBlock").ShouldBe(RevertReason.NotPastBlock);
        Selector("OwnableUnauthorizedAccount").ShouldBe(RevertReason.OwnableUnauthorizedAccount);

        static uint? Selector(string name) =>
            new ContractRevertedException(
                "eth_call",
                Reverts().Single(revert => revert.Text("errorName") == name).Bytes("data"),
                ""
            ).Selector;
    }

    [Fact]
    public void An_unknown_error_is_told_in_hex()
    {
        var data = Reverts().Single(revert => revert.Text("errorName") == "SomethingElse").Bytes("data");
        RevertReason.Describe(data).ShouldBe(Hex.Encode(data));
        RevertReason.Describe(new byte[500]).ShouldBe("0x" + new string('0', 200) + "...");
    }

    [Fact]
    public void No_data_and_cut_off_data_are_told_too()
    {
        RevertReason.Describe([]).ShouldBe("no revert data");
        RevertReason.Describe([1, 2]).ShouldBe("0x0102");
        RevertReason.Describe(Hex.Decode("0x7e942645")).ShouldBe("0x7e942645");
    }

    [Fact]
    public void Text_from_a_contract_cannot_control_the_terminal()
    {
        byte[] data = [0x08, 0xc3, 0x79, 0xa0, .. AbiValue.Tuple(AbiValue.Of("\e[2Jgone\r\nfatal"u8)).Encoded];
        RevertReason.Describe(data).ShouldBe("Error(\"[2Jgonefatal\")");
    }

    [Fact]
    public void The_exception_tells_the_reason_beside_the_method()
    {
        var data = Reverts().First(revert => revert.Text("errorName") == "NotFirstClaim").Bytes("data");
        var exception = new ContractRevertedException("eth_estimateGas", data, "execution reverted: custom error 0x7e942645");
        exception.Message.ShouldStartWith(
            "eth_estimateGas: the contract refused with NotFirstClaim(0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e, 999)"
        );
        exception.NodeMessage.ShouldBe("execution reverted: custom error 0x7e942645");
    }

    private static IEnumerable<JsonNode> Reverts() => TestVector.Viem["reverts"]!.AsArray().Select(node => node!);
}
