using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;

namespace Rollups.Ethereum.Tests.JsonRpc;

/// <summary>Nethereum's types carry the answers, but what they would mend or guess is refused by the name of its field.</summary>
public sealed class StrictAnswerTests
{
    private static readonly string[] BadQuantities =
    [
        "\"0x\"",
        "\"5\"",
        "\"\"",
        "\"0X5\"",
        "\"0x/:\"",
        "\"0x5 \"",
        "\"-0x5\"",
        "\"\\ud800\"",
        "5",
        "5e0",
        "true",
        "[]",
        "{}",
    ];

    private static readonly string[] BadData =
    [
        "\"0x5\"",
        "\"1234\"",
        "\"\"",
        "\"0X1234\"",
        "\"0x/:\"",
        "\"\\ud800\"",
        "null",
        "1234",
        "false",
        "[\"0x1234\"]",
        "{}",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<string, string> Quantities =>
        new(
            ["block.number", "block.timestamp", "log.blockNumber", "log.logIndex", "receipt.status", "receipt.gasUsed"],
            [.. BadQuantities, "null"]
        );

    public static MatrixTheoryData<string, string> OptionalQuantities =>
        new(["block.baseFeePerGas", "receipt.effectiveGasPrice"], BadQuantities);

    public static MatrixTheoryData<string, string> Data =>
        new(
            [
                "block.hash",
                "block.parentHash",
                "log.address",
                "log.topics.0",
                "log.data",
                "log.blockHash",
                "log.transactionHash",
                "receipt.blockHash",
            ],
            BadData
        );

    [Theory]
    [MemberData(nameof(Quantities))]
    [MemberData(nameof(OptionalQuantities))]
    [MemberData(nameof(Data))]
    public async Task A_field_in_another_form_is_refused_by_name(string field, string value)
    {
        var path = field.Split('.');
        var answer = path[0] switch
        {
            "block" => Samples.Block(7),
            "log" => Samples.Log(7, 0),
            _ => Samples.Receipt(),
        };
        // As text: .NET would not write the damaged ones.
        var body = path.Length == 2 ? With(answer, path[1], value) : With(answer, path[1], $"[{value}]");
        await using var node = await FakeNode.StartAsync(
            FakeNode.Raw($$"""{"jsonrpc":"2.0","id":{id},"result":{{(path[0] == "log" ? $"[{body}]" : body)}}}""")
        );
        await using var services = node.Services();
        var client = services.GetRequiredService<IEthereumClient>();

        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            path[0] switch
            {
                "block" => client.GetBlockAsync(BlockTag.Latest, Cancel),
                "log" => client.GetLogsAsync(new LogFilter([], [], 7, 7), Cancel),
                _ => client.GetReceiptAsync(Samples.Hash(99), Cancel),
            }
        );

        var message = exception.Message.Replace("\"", "", StringComparison.Ordinal);
        message.ShouldContain($"the L1 node's answer has '{value.Replace("\"", "", StringComparison.Ordinal)}' in ");
        message.ShouldContain(path[1]);
    }

    [Theory]
    [InlineData("\"0x\"")]
    [InlineData("\"7\"")]
    [InlineData("\"0x/:\"")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task A_number_alone_is_read_as_strictly(string value)
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Raw($$"""{"jsonrpc":"2.0","id":{id},"result":{{value}}}"""));
        await using var services = node.Services();
        var client = services.GetRequiredService<IEthereumClient>();

        foreach (
            var ask in new Func<Task>[]
            {
                () => client.GetChainIdAsync(Cancel),
                () => client.GetGasPriceAsync(Cancel),
                () => client.GetMaxPriorityFeeAsync(Cancel),
                () => client.EstimateGasAsync(Samples.Call, Cancel),
                () => client.GetBalanceAsync(Samples.Contract, BlockTag.Latest, Cancel),
                () => client.GetTransactionCountAsync(Samples.Contract, BlockTag.Latest, Cancel),
            }
        )
        {
            (await Should.ThrowAsync<EthereumRpcException>(ask)).Message.ShouldEndWith(
                $"the L1 node's answer has '{value.Trim('"')}' in result, expected a hex number of at most 256 bits"
            );
        }
    }

    [Theory]
    [InlineData("[7]", "'7' in result[0], expected")]
    [InlineData("[null]", "'null' in log, expected an object")]
    [InlineData("""[{"address":"0x1b51e2992a2755ba4d6f7094032df91991a0cfac","topics":5}]""", "'5' in result[0].topics, expected")]
    [InlineData("""[{"address":"0x1b51e2992a2755ba4d6f7094032df91991a0cfac"}]""", "'null' in topics, expected a list")]
    [InlineData("""{"logs":[]}""", "'{\"logs\":[]}' in result, expected")]
    [InlineData("null", "'null' in result, expected a list")]
    public async Task A_list_of_logs_in_another_shape_is_refused_where_it_differs(string result, string expected)
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Raw($$"""{"jsonrpc":"2.0","id":{id},"result":{{result}}}"""));
        await using var services = node.Services();

        (
            await Should.ThrowAsync<EthereumRpcException>(() =>
                services.GetRequiredService<IEthereumClient>().GetLogsAsync(new LogFilter([], [], 7, 7), Cancel)
            )
        ).Message.ShouldContain($"eth_getLogs: the L1 node's answer has {expected}");
    }

    [Fact]
    public async Task A_property_that_comes_twice_is_refused_at_any_depth()
    {
        var log = With(Samples.Log(7, 0), "removed", "false, \"data\": \"0x\"");
        await using var node = await FakeNode.StartAsync(FakeNode.Raw($$"""{"jsonrpc":"2.0","id":{id},"result":[{{log}}]}"""));
        await using var services = node.Services();

        await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().GetLogsAsync(new LogFilter([], [], 7, 7), Cancel)
        );
    }

    /// <summary>Chains differ in the fields that the node does not read.</summary>
    [Fact]
    public async Task Fields_that_the_node_does_not_read_may_have_any_form()
    {
        var block = Samples.Block(7);
        foreach (
            var field in new[] { "transactions", "uncles", "sealFields", "withdrawals", "difficulty", "nonce", "size", "withdrawalsRoot" }
        )
            block[field] = 7;
        var log = Samples.Log(7, 0);
        foreach (var field in new[] { "removed", "type", "transactionIndex" })
            log[field] = new JsonArray(1);
        var receipt = Samples.Receipt();
        foreach (var field in new[] { "type", "from", "logsBloom", "root", "cumulativeGasUsed", "blobGasUsed", "revertReason" })
            receipt[field] = new JsonObject();
        await using var node = await FakeNode.StartAsync(
            FakeNode.Result(block),
            FakeNode.Result(new JsonArray(log)),
            FakeNode.Result(receipt)
        );
        await using var services = node.Services();
        var client = services.GetRequiredService<IEthereumClient>();

        (await client.GetBlockAsync(BlockTag.Latest, Cancel))!.Number.ShouldBe(7UL);
        (await client.GetLogsAsync(new LogFilter([], [], 7, 7), Cancel)).ShouldHaveSingleItem().BlockNumber.ShouldBe(7UL);
        (await client.GetReceiptAsync(Samples.Hash(99), Cancel))!.BlockNumber.ShouldBe(5UL);
    }

    private static string With(JsonObject answer, string field, string json)
    {
        answer[field] = "-placeholder-";
        return answer.ToJsonString().Replace("\"-placeholder-\"", json, StringComparison.Ordinal);
    }
}
