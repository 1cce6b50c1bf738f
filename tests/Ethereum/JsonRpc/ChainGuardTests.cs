using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rollups.Settings;

namespace Rollups.Ethereum.Tests.JsonRpc;

public sealed class ChainGuardTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_configured_chain_is_let_through()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Result("0x7a69"));
        await using var services = node.Services();

        await services
            .GetRequiredService<IEthereumClient>()
            .EnsureChainAsync(services.GetRequiredService<IOptions<EthereumOptions>>().Value, Cancel);
    }

    [Fact]
    public async Task Another_chain_is_refused_with_both_ids_and_no_key()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Result("0x1"));
        await using var services = FakeNode.ServicesFor(node.Url + "/v3/topsecret");

        var exception = await Should.ThrowAsync<OperatorException>(() =>
            services
                .GetRequiredService<IEthereumClient>()
                .EnsureChainAsync(services.GetRequiredService<IOptions<EthereumOptions>>().Value, Cancel)
        );

        exception.Message.ShouldBe(
            $"Ethereum:ChainId is 31337, but the endpoint {new Uri(node.Url).Authority} serves chain 1. Correct the id or the endpoint."
        );
    }
}
