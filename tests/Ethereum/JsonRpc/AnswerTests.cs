using System.Numerics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;

namespace Rollups.Ethereum.Tests.JsonRpc;

public sealed class AnswerTests
{
    private static readonly Hash32 Transaction = Samples.Hash(99);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_block_is_read()
    {
        var block = await Ask(FakeNode.Result(Samples.Block(7)), client => client.GetBlockAsync(BlockTag.Finalized, Cancel));
        block.ShouldBe(new BlockHeader(7, Samples.Hash(7), Samples.Hash(6), 1735689600, 7));
        (
            await Ask(FakeNode.Result(Samples.Block(7, null)), client => client.GetBlockAsync(BlockTag.Latest, Cancel))
        )!.BaseFeePerGas.ShouldBeNull();
    }

    [Fact]
    public async Task A_block_that_is_not_there_is_null() =>
        (await Ask(FakeNode.Result(null), client => client.GetBlockAsync(BlockTag.At(99), Cancel))).ShouldBeNull();

    [Fact]
    public async Task The_pending_block_has_no_hash_and_any_other_must()
    {
        var pending = Samples.Block(8);
        pending["hash"] = null;
        (await Ask(FakeNode.Result(pending), client => client.GetBlockAsync(BlockTag.Pending, Cancel)))!.Hash.ShouldBe(Hash32.Zero);
        await Should.ThrowAsync<EthereumRpcException>(() =>
            Ask(FakeNode.Result(pending), client => client.GetBlockAsync(BlockTag.Latest, Cancel))
        );
    }

    [Fact]
    public async Task A_receipt_is_read()
    {
        var receipt = (await Ask(FakeNode.Result(Samples.Receipt()), client => client.GetReceiptAsync(Transaction, Cancel)))!;
        receipt.Succeeded.ShouldBeTrue();
        receipt.BlockNumber.ShouldBe(5UL);
        receipt.GasUsed.ShouldBe(21000UL);
        receipt.EffectiveGasPrice.ShouldBe(1000000007);
        receipt.ContractAddress.ShouldBeNull();
        receipt.Logs.Select(log => log.LogIndex).ShouldBe([0UL, 1UL]);

        var failed = Samples.Receipt();
        failed["status"] = "0x0";
        failed["contractAddress"] = Samples.Contract.ToString();
        receipt = (await Ask(FakeNode.Result(failed), client => client.GetReceiptAsync(Transaction, Cancel)))!;
        receipt.Succeeded.ShouldBeFalse();
        receipt.ContractAddress.ShouldBe(Samples.Contract);
    }

    [Fact]
    public async Task A_receipt_that_is_not_there_is_null() =>
        (await Ask(FakeNode.Result(null), client => client.GetReceiptAsync(Transaction, Cancel))).ShouldBeNull();

    [Fact]
    public async Task Balances_and_prices_may_have_256_bits()
    {
        var largest = BigInteger.Pow(2, 256) - 1;
        (
            await Ask(
                FakeNode.Result("0x" + new string('f', 64)),
                client => client.GetBalanceAsync(Samples.Contract, BlockTag.Latest, Cancel)
            )
        ).ShouldBe(largest);
        (await Ask(FakeNode.Result("0x0"), client => client.GetGasPriceAsync(Cancel))).ShouldBe(BigInteger.Zero);
    }

    [Theory]
    [InlineData("0x8000000000000000")]
    [InlineData("0xffffffffffffffff")]
    [InlineData("0x10000000000000000")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public async Task A_number_above_the_largest_signed_one_is_refused_with_its_field(string number)
    {
        var block = Samples.Block(1);
        block["timestamp"] = number;
        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            Ask(FakeNode.Result(block), client => client.GetBlockAsync(BlockTag.Latest, Cancel))
        );
        exception.Message.ShouldBe(
            $"eth_getBlockByNumber: the L1 node's answer has '{number}' in timestamp, expected a number up to 2^63-1"
        );

        var log = Samples.Log(1, 1);
        log["blockNumber"] = number;
        exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            Ask(FakeNode.Result(new JsonArray(log)), client => client.GetLogsAsync(new LogFilter([], [], 0, 9), Cancel))
        );
        exception.Message.ShouldContain("in blockNumber");

        await Should.ThrowAsync<EthereumRpcException>(() =>
            Ask(FakeNode.Result(number), client => client.GetTransactionCountAsync(Samples.Contract, BlockTag.Pending, Cancel))
        );
    }

    [Fact]
    public async Task The_largest_signed_number_is_taken() =>
        (
            await Ask(
                FakeNode.Result("0x7fffffffffffffff"),
                client => client.GetTransactionCountAsync(Samples.Contract, BlockTag.Pending, Cancel)
            )
        ).ShouldBe((ulong)long.MaxValue);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("42")]
    [InlineData("\"0x1\"")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("<html>welcome</html>")]
    [InlineData("""{"jsonrpc":"2.0","id":{id}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{id},"result":"hello"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{id},"result":"0x"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{id},"result":17}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{id},"result":true}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{id},"result":[3]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{id},"result":{"number":{},"logs":7}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{id},"error":"boom"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{id},"error":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{id},"error":{"code":"x","message":[1]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{id},"error":{"code":3,"message":"no","data":7}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{id},"id":{id},"result":"0x1"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":987654321,"result":"0x1"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"x","result":"0x1"}""")]
    public async Task An_answer_that_is_none_is_told_as_such_whatever_was_asked(string body)
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Raw(body));
        await using var services = node.Services();
        var client = services.GetRequiredService<IEthereumClient>();

        foreach (
            var ask in new Func<Task>[]
            {
                () => client.GetBlockAsync(BlockTag.Latest, Cancel),
                () => client.GetReceiptAsync(Transaction, Cancel),
                () => client.GetLogsAsync(new LogFilter([], [], 0, 0), Cancel),
                () => client.SendRawTransactionAsync(new byte[] { 1 }, Cancel),
            }
        )
        {
            (await Should.ThrowAsync<EthereumRpcException>(ask)).Message.Length.ShouldBeLessThan(500);
        }
    }

    [Fact]
    public async Task A_long_answer_is_shortened_in_the_error()
    {
        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            Ask(FakeNode.Result(new string('x', 100_000)), client => client.GetChainIdAsync(Cancel))
        );
        exception.Message.Length.ShouldBeLessThan(500);
    }

    [Fact]
    public async Task A_call_is_sent_with_its_sender_and_value()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Result("0x5208"));
        await using var services = node.Services();

        await services
            .GetRequiredService<IEthereumClient>()
            .EstimateGasAsync(new CallRequest(Samples.Contract, [1, 2], Address.Zero, BigInteger.Pow(2, 255)), Cancel);
        await services.GetRequiredService<IEthereumClient>().EstimateGasAsync(new CallRequest(Samples.Contract, []), Cancel);

        node.Requests[0]["params"]!
            .ToJsonString()
            .ShouldBe(
                $$"""[{"from":"{{Address.Zero}}","to":"{{Samples.Contract}}","value":"0x8{{new string('0', 63)}}","data":"0x0102"}]"""
            );
        node.Requests[1]["params"]!.ToJsonString().ShouldBe($$"""[{"to":"{{Samples.Contract}}","data":"0x"}]""");
    }

    private static async Task<T> Ask<T>(Reply reply, Func<IEthereumClient, Task<T>> ask)
    {
        await using var node = await FakeNode.StartAsync(reply);
        await using var services = node.Services();
        return await ask(services.GetRequiredService<IEthereumClient>());
    }
}
