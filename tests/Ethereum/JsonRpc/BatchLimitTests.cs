using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;

namespace Rollups.Ethereum.Tests.JsonRpc;

/// <summary>Endpoints that take few calls in one request, and say so each in its own way.</summary>
public sealed class BatchLimitTests
{
    private const int Most = 3;

    private static readonly Dictionary<string, Func<int, Reply>> Refusals = new()
    {
        ["one error without an id"] = _ =>
            FakeNode.Raw("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch of 12 calls, only 3 are allowed"}}"""),
        ["one error with the first id"] = _ =>
            FakeNode.Raw("""{"jsonrpc":"2.0","id":{id},"error":{"code":-32005,"message":"too much"}}"""),
        ["HTTP 400"] = _ => FakeNode.Raw("bad request", 400),
        ["HTTP 413"] = _ => FakeNode.Raw("", 413),
        ["HTTP 500"] = _ => FakeNode.Raw("", 500),
        ["HTTP 503"] = _ => FakeNode.Raw("<html></html>", 503),
        ["a cut connection"] = _ => FakeNode.Broken,
        ["an error for every call"] = _ => FakeNode.Error(-32600, "upgrade your plan for larger batches"),
        ["errors behind the limit"] = most =>
            (context, request) =>
                FakeNode.Raw(
                    new JsonArray([
                        .. request
                            .AsArray()
                            .Select(
                                (call, i) => (JsonNode)(i < most ? Echo(call!) : RpcReply.Error(-32000, "beyond the limit")).For(call!)
                            ),
                    ]).ToJsonString()
                )(context, request),
        ["no answers behind the limit"] = most =>
            (context, request) =>
                FakeNode.Raw(
                    new JsonArray([.. request.AsArray().Take(most).Select(call => (JsonNode)Echo(call!).For(call!))]).ToJsonString()
                )(context, request),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<string, int> Cases => new(Refusals.Keys, [Most, 1]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Calls_are_sent_in_batches_that_the_endpoint_takes(string refusal, int most)
    {
        await using var node = await FakeNode.StartAsync(Limited(most, Refusals[refusal](most)));
        await using var services = node.Services(("MaxRetries", "1"));
        var client = services.GetRequiredService<IEthereumClient>();

        (await client.CallManyAsync(Calls(12), BlockTag.Latest, Cancel))
            .Select(outcome => outcome.Data!.Single())
            .ShouldBe(Enumerable.Range(0, 12).Select(i => (byte)i));

        var before = node.Requests.Count;
        // It is remembered.
        (await client.CallManyAsync(Calls(12), BlockTag.Latest, Cancel)).Count.ShouldBe(12);
        (node.Requests.Count - before).ShouldBeLessThanOrEqualTo((12 / most) + 4);
        node.Requests.Skip(before).Count(request => Size(request) > most).ShouldBeLessThan(2);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Blocks_are_asked_for_in_batches_that_the_endpoint_takes(string refusal, int most)
    {
        await using var node = await FakeNode.StartAsync(Limited(most, Refusals[refusal](most)));
        await using var services = node.Services(("MaxRetries", "1"));

        var headers = await services.GetRequiredService<IEthereumClient>().GetBlocksAsync([4, 5, 6, 7], Cancel);

        headers.Select(header => header?.Number).ShouldBe([4UL, 5UL, 6UL, 7UL]);
    }

    [Fact]
    public async Task A_call_that_has_no_answer_alone_either_makes_no_batch_smaller()
    {
        await using var node = await FakeNode.StartAsync(
            FakeNode.Answers(call => Number(call) == 4 ? RpcReply.Error(-32000, "missing trie node") : Echo(call))
        );
        await using var services = node.Services();
        var client = services.GetRequiredService<IEthereumClient>();

        for (var i = 0; i < 3; i++)
            (
                await Should.ThrowAsync<EthereumRpcException>(() => client.CallManyAsync(Calls(12), BlockTag.Latest, Cancel))
            ).Message.ShouldContain("missing trie node");

        node.Requests.Count.ShouldBe(6);
        node.Requests.Where(request => request is JsonArray).ShouldAllBe(request => Size(request) == 12);
    }

    [Fact]
    public async Task Each_batch_of_receipts_has_a_count_of_its_own()
    {
        await using var node = await FakeNode.StartAsync(Limited(Most, Refusals["HTTP 413"](Most)));
        await using var services = node.Services();
        var transactions = Enumerable.Range(0, 7).Select(i => Samples.Hash((ulong)i)).ToList();

        var (receipts, count) = await services
            .GetRequiredService<IEthereumClient>()
            .GetReceiptsWithCountAsync(transactions, Samples.Contract, BlockTag.At(18), Cancel);

        receipts.Select(receipt => receipt?.BlockNumber).ShouldBe([null, 5UL, null, null, null, null, null]);
        count.ShouldBe(7UL);
        var answered = node
            .Requests.Where(request => request is JsonArray && Size(request) <= Most)
            .Select(request => request.AsArray())
            .ToList();
        answered.ShouldAllBe(batch => (string)batch.Last()!["method"]! == "eth_getTransactionCount" && batch.Count > 1);
    }

    [Fact]
    public async Task Where_one_node_must_answer_an_endpoint_of_single_calls_is_refused_with_a_sentence()
    {
        await using var node = await FakeNode.StartAsync(Limited(1, Refusals["HTTP 400"](1)));
        await using var services = node.Services();

        (
            await Should.ThrowAsync<EthereumRpcException>(() =>
                services
                    .GetRequiredService<IEthereumClient>()
                    .GetReceiptsWithCountAsync([Samples.Hash(0), Samples.Hash(2)], Samples.Contract, BlockTag.At(18), Cancel)
            )
        ).Message.ShouldBe(
            "eth_getTransactionReceipt: the L1 endpoint accepts no batch of two calls, but eth_getTransactionReceipt and "
                + "eth_getTransactionCount must be answered by one node, so the node concludes nothing. "
                + "Use an endpoint that accepts batches"
        );
    }

    private static Reply Limited(int most, Reply refusal) =>
        (context, request) =>
            Size(request) > most
                ? refusal(context, request)
                : FakeNode.Answers(call =>
                    (string)call["method"]! switch
                    {
                        "eth_getBlockByNumber" => RpcReply.Result(Samples.Block(Convert.ToUInt64((string)call["params"]![0]!, 16), "0x7")),
                        "eth_getTransactionCount" => RpcReply.Result("0x7"),
                        "eth_getTransactionReceipt" => RpcReply.Result(
                            (string)call["params"]![0]! == Samples.Hash(1).ToString() ? Samples.Receipt() : null
                        ),
                        _ => Echo(call),
                    }
                )(context, request);

    private static int Size(JsonNode request) => request is JsonArray batch ? batch.Count : 1;

    private static CallRequest[] Calls(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new CallRequest(Samples.Contract, [(byte)i]))];

    private static byte Number(JsonNode call) => Hex.Decode((string)call["params"]![0]!["data"]!).Single();

    private static RpcReply Echo(JsonNode call) =>
        (string)call["method"]! == "eth_getBlockByNumber"
            ? RpcReply.Result(Samples.Block(Convert.ToUInt64((string)call["params"]![0]!, 16), "0x7"))
            : RpcReply.Result(call["params"]![0]!["data"]!.DeepClone());
}
