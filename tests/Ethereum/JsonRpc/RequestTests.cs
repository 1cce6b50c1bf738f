using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;

namespace Rollups.Ethereum.Tests.JsonRpc;

/// <summary>What goes over the wire: Nethereum's handlers build it.</summary>
public sealed class RequestTests
{
    private static readonly BlockHeader Header = new(18, Samples.Hash(18), Samples.Hash(17), 0, null);

    private static readonly Dictionary<string, (Func<IEthereumClient, Task> Ask, JsonNode? Answer, string Params)> Requests = new()
    {
        ["eth_chainId"] = (client => client.GetChainIdAsync(Cancel), "0x1", "[]"),
        ["eth_gasPrice"] = (client => client.GetGasPriceAsync(Cancel), "0x1", "[]"),
        ["eth_maxPriorityFeePerGas"] = (client => client.GetMaxPriorityFeeAsync(Cancel), "0x1", "[]"),
        ["eth_getBlockByNumber"] = (client => client.GetBlockAsync(BlockTag.Finalized, Cancel), null, """["finalized",false]"""),
        ["eth_getCode"] = (
            client => client.GetCodeAsync(Samples.Contract, BlockTag.Safe, Cancel),
            "0x",
            $"""["{Samples.Contract}","safe"]"""
        ),
        ["eth_getBalance"] = (
            client => client.GetBalanceAsync(Samples.Contract, BlockTag.At(0), Cancel),
            "0x0",
            $"""["{Samples.Contract}","0x0"]"""
        ),
        ["eth_getTransactionCount"] = (
            client => client.GetTransactionCountAsync(Samples.Contract, BlockTag.Pending, Cancel),
            "0x0",
            $"""["{Samples.Contract}","pending"]"""
        ),
        ["eth_getTransactionReceipt"] = (client => client.GetReceiptAsync(Samples.Hash(1), Cancel), null, $"""["{Samples.Hash(1)}"]"""),
        ["eth_sendRawTransaction"] = (
            client => client.SendRawTransactionAsync(new byte[] { 2, 1 }, Cancel),
            Keccak256.Hash([2, 1]).ToString(),
            """["0x0201"]"""
        ),
        ["eth_estimateGas"] = (
            client => client.EstimateGasAsync(Samples.Call, Cancel),
            "0x1",
            $$"""[{"to":"{{Samples.Contract}}","data":"0x61a93c87"}]"""
        ),
        ["eth_call"] = (
            client => client.CallAsync(Samples.Call, BlockTag.Of(Header), Cancel),
            "0x",
            $$"""[{"to":"{{Samples.Contract}}","data":"0x61a93c87"},{"blockHash":"{{Header.Hash}}","requireCanonical":true}]"""
        ),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Methods => [.. Requests.Keys];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_method_is_called_by_its_name_with_its_parameters_and_an_id_of_its_own(string method)
    {
        var (ask, answer, parameters) = Requests[method];
        await using var node = await FakeNode.StartAsync(FakeNode.Result(answer));
        await using var services = node.Services();
        var client = services.GetRequiredService<IEthereumClient>();

        await ask(client);
        await ask(client);

        node.Requests.Count.ShouldBe(2);
        node.Requests.Select(request => request["id"]!.GetValue<long>()).ShouldBeUnique();
        foreach (var request in node.Requests)
        {
            request.AsObject().Select(property => property.Key).ShouldBe(["id", "jsonrpc", "method", "params"], ignoreOrder: true);
            ((string)request["jsonrpc"]!).ShouldBe("2.0");
            ((string)request["method"]!).ShouldBe(method);
            JsonNode.DeepEquals(request["params"], JsonNode.Parse(parameters)).ShouldBeTrue(request["params"]!.ToJsonString());
        }
    }
}
