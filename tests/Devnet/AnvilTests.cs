using Rollups.Ethereum;
using Rollups.Settings;
using Rollups.Testing;

namespace Rollups.Devnet.Tests;

public sealed class AnvilTests(AnvilChain anvil) : IClassFixture<AnvilChain>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mining_moves_the_head()
    {
        var head = await anvil.Chain.HeadAsync(Token);

        await anvil.Chain.MineAsync(3, Token);
        (await anvil.Chain.HeadAsync(Token)).ShouldBe(head + 3);

        await anvil.Chain.MineToAsync(head + 5, Token);
        (await anvil.Chain.HeadAsync(Token)).ShouldBe(head + 5);
        await anvil.Chain.MineToAsync(head, Token);
        (await anvil.Chain.HeadAsync(Token)).ShouldBe(head + 5);
    }

    [Fact]
    public async Task Finality_follows_the_head_closely()
    {
        await anvil.Chain.MineAsync(10, Token);

        var finalized = await anvil.Chain.Client.GetBlockAsync(BlockTag.Finalized, Token);
        (await anvil.Chain.HeadAsync(Token) - finalized!.Number).ShouldBeLessThanOrEqualTo(3UL);
    }

    [Fact]
    public async Task Transactions_wait_for_one_block_together_while_automine_is_off()
    {
        await anvil.Chain.SetAutomineAsync(false, Token);
        var first = await anvil.Chain.SubmitAsync(DevnetAccounts.User, DevnetAccounts.Stranger, [], Token, value: 1);
        var second = await anvil.Chain.SubmitAsync(DevnetAccounts.User, DevnetAccounts.Stranger, [], Token, value: 2);
        (await anvil.Chain.Client.GetReceiptAsync(first, Token)).ShouldBeNull();

        await anvil.Chain.MineAsync(1, Token);
        await anvil.Chain.SetAutomineAsync(true, Token);

        var block = (await anvil.Chain.Client.GetReceiptAsync(first, Token))!.BlockNumber;
        (await anvil.Chain.Client.GetReceiptAsync(second, Token))!.BlockNumber.ShouldBe(block);
    }

    [Fact]
    public async Task A_reorganisation_replaces_its_blocks()
    {
        var receipt = await anvil.Chain.SendAsync(DevnetAccounts.User, DevnetAccounts.Stranger, [], Token, value: 1);
        var head = await anvil.Chain.HeadAsync(Token);

        await anvil.Chain.ReorganiseAsync(1, Token);

        // Anvil puts the lost transaction back into its pool, so it may be mined again: in another block.
        (await anvil.Chain.Client.GetBlockAsync(BlockTag.At(receipt.BlockNumber), Token))
            .ShouldNotBeNull()
            .Hash.ShouldNotBe(receipt.BlockHash);
        (await anvil.Chain.HeadAsync(Token)).ShouldBeGreaterThanOrEqualTo(head);
    }

    [Theory]
    [InlineData("nonce too low")]
    [InlineData("replacement transaction underpriced")]
    public async Task A_transaction_whose_nonce_somebody_took_meanwhile_is_sent_again_and_that_is_said_once(string refusal)
    {
        await using var proxy = await JsonRpcProxy.StartAsync(anvil.Anvil.HttpEndpoint, Token);
        List<string> lines = [];
        await using var chain = new DevnetChain(proxy.HttpEndpoint) { Report = lines.Add };
        using var fault = proxy.On("eth_sendTransaction", RpcActions.Error(-32003, refusal), times: 2);

        (await chain.SendAsync(DevnetAccounts.User, DevnetAccounts.Stranger, [], Token, value: 1)).Succeeded.ShouldBeTrue();

        fault.Hits.ShouldBe(2);
        lines.ShouldHaveSingleItem().ShouldContain($"The account {DevnetAccounts.User} has sent another transaction meanwhile");
    }

    [Fact]
    public async Task Another_refusal_of_a_transaction_is_final()
    {
        await using var proxy = await JsonRpcProxy.StartAsync(anvil.Anvil.HttpEndpoint, Token);
        await using var chain = new DevnetChain(proxy.HttpEndpoint);
        using var fault = proxy.On(
            "eth_sendTransaction",
            RpcActions.Error(-32003, "Insufficient funds for gas * price + value"),
            times: 2
        );

        var refusal = await Should.ThrowAsync<OperatorException>(() =>
            chain.SubmitAsync(DevnetAccounts.User, DevnetAccounts.Stranger, [], Token)
        );

        refusal.Message.ShouldContain("Insufficient funds");
        fault.Hits.ShouldBe(1);
    }

    [Fact]
    public async Task An_Anvil_that_has_ended_is_unreachable()
    {
        var other = await AnvilProcess.StartAsync(0, Token);
        await using var chain = new DevnetChain(other.HttpEndpoint);
        await chain.MineAsync(1, Token);
        await other.DisposeAsync();

        await Should.ThrowAsync<EthereumUnreachableException>(() => chain.MineAsync(1, Token));
    }

    [Fact]
    public async Task A_busy_port_is_named_with_the_remedy()
    {
        var refusal = await Should.ThrowAsync<OperatorException>(() => AnvilProcess.StartAsync(anvil.Anvil.Port, Token));

        refusal.Message.ShouldContain($"{anvil.Anvil.Port}");
        refusal.Message.ShouldContain("--anvil-port");
    }

    [Fact]
    public async Task Nothing_listens_any_more_when_it_has_been_stopped()
    {
        var other = await AnvilProcess.StartAsync(0, Token);
        var port = other.Port;
        await other.DisposeAsync();

        await using var again = await AnvilProcess.StartAsync(port, Token);
        again.Port.ShouldBe(port);
    }
}
