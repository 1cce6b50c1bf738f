using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Ethereum.Tests.JsonRpc;

namespace Rollups.Ethereum.Tests.Transactions;

public sealed class FeeEstimatorTests
{
    [Fact]
    public async Task The_cap_is_the_tip_and_twice_the_base_fee() =>
        (await Estimate(baseFee: "0x64", tip: "0x5", gasPrice: "0x69")).ShouldBe(new TransactionFees(205, 5, IsLegacy: false));

    [Fact]
    public async Task A_base_fee_of_zero_is_one() =>
        (await Estimate(baseFee: "0x0", tip: "0x0", gasPrice: "0x7")).ShouldBe(new TransactionFees(0, 0, IsLegacy: false));

    [Fact]
    public async Task A_chain_without_base_fee_gets_legacy_transactions() =>
        (await Estimate(baseFee: null, tip: "0x5", gasPrice: "0x69")).ShouldBe(new TransactionFees(105, BigInteger.Zero, IsLegacy: true));

    [Fact]
    public async Task Legacy_transactions_can_be_asked_for() =>
        (await Estimate(baseFee: "0x64", tip: "0x5", gasPrice: "0x69", ("LegacyTransactions", "true"))).ShouldBe(
            new TransactionFees(105, BigInteger.Zero, IsLegacy: true)
        );

    [Theory]
    [InlineData("0x69", 205, 5)]
    [InlineData("0x10", 200, 0)]
    public async Task A_node_that_suggests_no_tip_tells_it_by_its_gas_price(string gasPrice, int cap, int tip) =>
        (await Estimate(baseFee: "0x64", tip: null, gasPrice)).ShouldBe(new TransactionFees(cap, tip, IsLegacy: false));

    public static TheoryData<string> Refusals => ["-32004", "-32000", "-32600", "-32603", "0x", "null", "{}", "html", "400", "501"];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Whatever_way_the_tip_is_refused_it_is_told_by_the_gas_price(string refusal) =>
        (await EstimateRefused(refusal, "eth_maxPriorityFeePerGas")).ShouldBe(new TransactionFees(205, 5, IsLegacy: false));

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Where_the_gas_price_is_refused_as_well_the_tip_is_one_gwei(string refusal) =>
        (await EstimateRefused(refusal, "eth_maxPriorityFeePerGas", "eth_gasPrice")).ShouldBe(
            new TransactionFees(1_000_000_200, 1_000_000_000, IsLegacy: false)
        );

    private static async Task<TransactionFees> EstimateRefused(string refusal, params string[] methods)
    {
        var refused = refusal switch
        {
            "0x" => FakeNode.Result("0x"),
            "null" => FakeNode.Result(null),
            "{}" => FakeNode.Result(new JsonObject()),
            "html" => FakeNode.Raw("<html></html>"),
            "400" or "501" => FakeNode.Raw("unsupported", int.Parse(refusal, CultureInfo.InvariantCulture)),
            _ => FakeNode.Error(int.Parse(refusal, CultureInfo.InvariantCulture), "not here"),
        };
        await using var node = await FakeNode.StartAsync(
            (context, request) =>
                methods.Contains((string)request["method"]!)
                    ? refused(context, request)
                    : FakeNode.Result((string)request["method"]! == "eth_gasPrice" ? "0x69" : Samples.Block(5, "0x64"))(context, request)
        );
        await using var services = node.Services(("MaxRetries", "1"));
        return await services.GetRequiredService<FeeEstimator>().EstimateAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<TransactionFees> Estimate(
        string? baseFee,
        string? tip,
        string gasPrice,
        params (string Key, string Value)[] settings
    )
    {
        await using var node = await FakeNode.StartAsync(
            FakeNode.Answers(call =>
                (string)call["method"]! switch
                {
                    "eth_getBlockByNumber" => RpcReply.Result(Samples.Block(5, baseFee)),
                    "eth_gasPrice" => RpcReply.Result(gasPrice),
                    _ => tip is null ? RpcReply.Error(-32601, "the method eth_maxPriorityFeePerGas does not exist") : RpcReply.Result(tip),
                }
            )
        );
        await using var services = node.Services(settings);
        return await services.GetRequiredService<FeeEstimator>().EstimateAsync(TestContext.Current.CancellationToken);
    }
}
