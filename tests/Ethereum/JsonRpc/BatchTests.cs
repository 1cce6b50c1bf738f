using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.JsonRpc;

public sealed class BatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_calls_are_one_request_at_one_block()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Answers(Echo));
        await using var services = node.Services();

        var outcomes = await services.GetRequiredService<IEthereumClient>().CallManyAsync(Calls(20), BlockTag.At(18), Cancel);

        outcomes.Select(outcome => outcome.Data!.Single()).ShouldBe(Enumerable.Range(0, 20).Select(i => (byte)i));
        var batch = node.Requests.Single().AsArray();
        batch.Count.ShouldBe(20);
        batch.Select(call => call!["id"]!.GetValue<long>()).ShouldBeUnique();
        batch.ShouldAllBe(call =>
            (string)call!["method"]! == "eth_call" && (string)call["params"]![1]! == "0x12" && (string)call["jsonrpc"]! == "2.0"
        );
    }

    [Fact]
    public async Task More_calls_than_a_batch_may_have_are_several_requests()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Answers(Echo));
        await using var services = node.Services(("MaxBatchSize", "8"));

        var outcomes = await services.GetRequiredService<IEthereumClient>().CallManyAsync(Calls(20), BlockTag.Latest, Cancel);

        outcomes.Select(outcome => outcome.Data!.Single()).ShouldBe(Enumerable.Range(0, 20).Select(i => (byte)i));
        node.Requests.Select(request => request.AsArray().Count).ShouldBe([8, 8, 4]);
    }

    [Fact]
    public async Task Receipts_and_the_count_that_they_are_held_against_are_one_request()
    {
        await using var node = await FakeNode.StartAsync(
            FakeNode.Answers(call =>
                (string)call["method"]! == "eth_getTransactionCount"
                    ? RpcReply.Result("0x7")
                    : RpcReply.Result((string)call["params"]![0]! == Samples.Hash(1).ToString() ? Samples.Receipt() : null)
            )
        );
        await using var services = node.Services();

        var (receipts, count) = await services
            .GetRequiredService<IEthereumClient>()
            .GetReceiptsWithCountAsync([Samples.Hash(0), Samples.Hash(1)], Samples.Contract, BlockTag.At(18), Cancel);

        receipts.Select(receipt => receipt?.BlockNumber).ShouldBe([null, 5UL]);
        count.ShouldBe(7UL);
        var calls = node.Requests.ShouldHaveSingleItem().AsArray();
        calls
            .Select(call => (string)call!["method"]!)
            .ShouldBe(["eth_getTransactionReceipt", "eth_getTransactionReceipt", "eth_getTransactionCount"]);
        calls[2]!["params"]!.AsArray().Select(parameter => (string)parameter!).ShouldBe([Samples.Contract.ToString(), "0x12"]);
    }

    [Fact]
    public async Task A_node_that_has_not_the_block_of_the_count_tells_nothing_of_the_receipts()
    {
        await using var node = await FakeNode.StartAsync(
            FakeNode.Answers(call =>
                (string)call["method"]! == "eth_getTransactionCount" ? RpcReply.Error(-32000, "header not found") : RpcReply.Result(null)
            )
        );
        await using var services = node.Services();

        (
            await Should.ThrowAsync<EthereumRpcException>(() =>
                services
                    .GetRequiredService<IEthereumClient>()
                    .GetReceiptsWithCountAsync([Samples.Hash(0)], Samples.Contract, BlockTag.At(18), Cancel)
            )
        ).Message.ShouldBe("eth_getTransactionCount: header not found (code -32000)");
    }

    [Fact]
    public async Task No_calls_are_no_request()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Answers(Echo));
        await using var services = node.Services();

        (await services.GetRequiredService<IEthereumClient>().CallManyAsync([], BlockTag.Latest, Cancel)).ShouldBeEmpty();
        node.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Answers_in_another_order_find_their_calls()
    {
        await using var node = await FakeNode.StartAsync(
            (context, request) =>
            {
                var answers = request.AsArray().Select(call => (JsonNode)Echo(call!).For(call!)).Reverse();
                return FakeNode.Raw(new JsonArray([.. answers]).ToJsonString())(context, request);
            }
        );
        await using var services = node.Services();

        var outcomes = await services.GetRequiredService<IEthereumClient>().CallManyAsync(Calls(5), BlockTag.Latest, Cancel);

        outcomes.Select(outcome => outcome.Data!.Single()).ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task A_revert_in_a_batch_is_the_outcome_of_its_call_alone()
    {
        var data = TestVector.Viem["reverts"]![0]!.Text("data");
        await using var node = await FakeNode.StartAsync(
            FakeNode.Answers(call => Number(call) == 1 ? RpcReply.Error(3, "execution reverted", data) : Echo(call))
        );
        await using var services = node.Services();

        var outcomes = await services.GetRequiredService<IEthereumClient>().CallManyAsync(Calls(3), BlockTag.Latest, Cancel);

        outcomes[0].Data.ShouldBe([0]);
        outcomes[1].Data.ShouldBeNull();
        outcomes[1].Error!.Selector.ShouldBe(RevertReason.NotFirstClaim);
        outcomes[2].Data.ShouldBe([2]);
        node.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_error_in_a_batch_fails_the_batch()
    {
        await using var node = await FakeNode.StartAsync(
            FakeNode.Answers(call => Number(call) == 1 ? RpcReply.Error(-32000, "missing trie node") : Echo(call))
        );
        await using var services = node.Services();

        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().CallManyAsync(Calls(3), BlockTag.Latest, Cancel)
        );

        exception.Message.ShouldBe("eth_call: missing trie node (code -32000)");
    }

    [Fact]
    public async Task A_batch_that_is_refused_as_a_whole_says_why()
    {
        await using var node = await FakeNode.StartAsync(
            FakeNode.Raw("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}""")
        );
        await using var services = node.Services();

        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().CallManyAsync(Calls(3), BlockTag.Latest, Cancel)
        );

        exception.Message.ShouldBe("eth_call: batch too large (code -32600)");
    }

    [Fact]
    public async Task A_missing_answer_fails_the_batch()
    {
        await using var node = await FakeNode.StartAsync(
            (context, request) =>
            {
                var answers = request.AsArray().Skip(1).Select(call => (JsonNode)Echo(call!).For(call!));
                return FakeNode.Raw(new JsonArray([.. answers]).ToJsonString())(context, request);
            }
        );
        await using var services = node.Services();

        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().CallManyAsync(Calls(3), BlockTag.Latest, Cancel)
        );

        exception.Message.ShouldContain("the answer to this call is missing");
    }

    [Fact]
    public async Task A_batch_with_one_call_over_the_rate_is_asked_again()
    {
        var tries = 0;
        await using var node = await FakeNode.StartAsync(
            FakeNode.Answers(call =>
                Number(call) == 2 && Interlocked.Increment(ref tries) < 3
                    ? RpcReply.Error(-32005, "daily request count exceeded, request rate limited")
                    : Echo(call)
            )
        );
        await using var services = node.Services();

        var outcomes = await services.GetRequiredService<IEthereumClient>().CallManyAsync(Calls(3), BlockTag.Latest, Cancel);

        outcomes.Select(outcome => outcome.Data!.Single()).ShouldBe([0, 1, 2]);
        node.Requests.Count.ShouldBe(3);
    }

    private static CallRequest[] Calls(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new CallRequest(Samples.Contract, [(byte)i]))];

    private static byte Number(JsonNode call) => Hex.Decode((string)call["params"]![0]!["data"]!).Single();

    private static RpcReply Echo(JsonNode call) => RpcReply.Result(call["params"]![0]!["data"]!.DeepClone());
}
