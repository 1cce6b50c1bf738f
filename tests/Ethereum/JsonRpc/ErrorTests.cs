using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;

namespace Rollups.Ethereum.Tests.JsonRpc;

public sealed class ErrorTests
{
    private const string Data = "0x3ee5aeb5";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3, "execution reverted", $"\"{Data}\"", Data)]
    [InlineData(-32000, "execution reverted", $"\"{Data}\"", Data)]
    [InlineData(-32015, "VM execution error.", $"\"Reverted {Data}\"", Data)]
    [InlineData(-32603, "Error: VM Exception", $$"""{"message":"revert","data":"{{Data}}"}""", Data)]
    [InlineData(-32000, "execution reverted", null, "0x")]
    [InlineData(3, "execution reverted: ", "\"0x\"", "0x")]
    public async Task A_revert_is_recognised_in_the_forms_that_nodes_give_it(int code, string message, string? data, string expected)
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Error(code, message, data is null ? null : JsonNode.Parse(data)));
        await using var services = node.Services();

        var exception = await Should.ThrowAsync<ContractRevertedException>(() =>
            services.GetRequiredService<IEthereumClient>().EstimateGasAsync(Samples.Call, Cancel)
        );

        Hex.Encode([.. exception.RevertData]).ShouldBe(expected);
        exception.Selector.ShouldBe(expected == Data ? 0x3ee5aeb5 : null);
    }

    [Theory]
    [InlineData(-32003, "nonce too low")]
    [InlineData(-32000, "insufficient funds for gas * price + value")]
    [InlineData(-32003, "replacement transaction underpriced")]
    [InlineData(-32000, "unknown transaction type")]
    public async Task A_pool_that_refuses_a_transaction_is_no_revert_and_no_success(int code, string message)
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Error(code, message));
        await using var services = node.Services();

        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().SendRawTransactionAsync(new byte[] { 1, 2 }, Cancel)
        );

        exception.ShouldNotBeOfType<ContractRevertedException>();
        (exception.Code, exception.NodeMessage).ShouldBe((code, message));
    }

    [Theory]
    [InlineData("already known")]
    [InlineData("transaction already imported")]
    [InlineData("Transaction with the same hash was already imported.")]
    [InlineData("AlreadyKnown")]
    [InlineData("Known transaction")]
    [InlineData("ALREADY_EXISTS: already known")]
    public async Task A_transaction_that_the_node_has_already_counts_as_sent(string message)
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Error(-32000, message));
        await using var services = node.Services();

        (await services.GetRequiredService<IEthereumClient>().SendRawTransactionAsync(new byte[] { 1, 2 }, Cancel)).ShouldBe(
            Keccak256.Hash([1, 2])
        );
    }

    [Fact]
    public async Task A_transaction_is_sent_as_it_was_signed_and_its_hash_compared()
    {
        byte[] signed = [0x02, 0xf8];
        await using var node = await FakeNode.StartAsync(
            FakeNode.Result(Keccak256.Hash(signed).ToString()),
            FakeNode.Result(Samples.Hash(1).ToString())
        );
        await using var services = node.Services();
        var client = services.GetRequiredService<IEthereumClient>();

        (await client.SendRawTransactionAsync(signed, Cancel)).ShouldBe(Keccak256.Hash(signed));
        ((string)node.Requests[0]["params"]![0]!).ShouldBe("0x02f8");
        await Should.ThrowAsync<EthereumRpcException>(() => client.SendRawTransactionAsync(signed, Cancel));
    }

    [Fact]
    public async Task Words_of_the_node_cannot_control_the_terminal()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Error(-32000, "bad\r\n\e[2Jthing"));
        await using var services = node.Services();

        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().GetChainIdAsync(Cancel)
        );

        exception.Message.ShouldNotContain('\e');
        exception.Message.ShouldNotContain('\n');
    }

    [Theory]
    [InlineData("""{"code":-32000,"message":"\ud800"}""", "an error without a readable message")]
    [InlineData("""{"code":3,"message":"refused","data":"\ud800"}""", "refused")]
    [InlineData("""{"code":3,"message":"refused","data":{"data":"\ud800"}}""", "refused")]
    public async Task An_error_with_text_that_is_none_is_still_an_error_of_the_node(string error, string message)
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Raw($$"""{"jsonrpc":"2.0","error":{{error}}}"""));
        await using var services = node.Services();

        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().GetChainIdAsync(Cancel)
        );

        exception.NodeMessage.ShouldBe(message);
    }
}
