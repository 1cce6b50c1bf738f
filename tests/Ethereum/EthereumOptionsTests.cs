using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rollups.Ethereum.Tests.JsonRpc;
using Rollups.Settings;

namespace Rollups.Ethereum.Tests;

public sealed class EthereumOptionsTests
{
    [Fact]
    public void The_defaults_need_only_an_endpoint_and_a_chain()
    {
        var options = Read();
        options.Tag.ShouldBe(BlockTag.Finalized);
        options.MaxBlockRange.ShouldBe(0UL);
        options.PollingInterval.ShouldBe(TimeSpan.FromSeconds(12));
    }

    [Theory]
    [InlineData(
        "HttpEndpoint",
        "",
        "Ethereum:HttpEndpoint is not set: give the JSON-RPC endpoint of the L1, such as http://127.0.0.1:8545."
    )]
    [InlineData(
        "HttpEndpoint",
        "ws://127.0.0.1:8545",
        "Ethereum:HttpEndpoint is not an http or https URL: give the JSON-RPC endpoint of the L1, such as http://127.0.0.1:8545."
    )]
    [InlineData(
        "HttpEndpoint",
        "topsecret",
        "Ethereum:HttpEndpoint is not an http or https URL: give the JSON-RPC endpoint of the L1, such as http://127.0.0.1:8545."
    )]
    [InlineData(
        "WebSocketEndpoint",
        "http://127.0.0.1:8545",
        "Ethereum:WebSocketEndpoint is not a ws or wss URL: correct it, or remove it to find heads by polling."
    )]
    [InlineData("ChainId", "0", "Ethereum:ChainId is 0: give the EIP-155 id of the chain, such as 1 for mainnet or 31337 for Anvil.")]
    [InlineData(
        "ChainId",
        "9223372036854775808",
        "Ethereum:ChainId is 9223372036854775808: give the EIP-155 id of the chain, such as 1 for mainnet or 31337 for Anvil."
    )]
    [InlineData("DefaultBlock", "newest", "Ethereum:DefaultBlock is 'newest': use finalized, safe, latest or pending.")]
    [InlineData("MinBlockRange", "0", "Ethereum:MinBlockRange is 0: give a number of blocks from 1 to 1000000.")]
    [InlineData("MaxRetries", "21", "Ethereum:MaxRetries is 21: give a number of attempts from 0 to 20.")]
    [InlineData("MaxBatchSize", "0", "Ethereum:MaxBatchSize is 0: give a number of calls from 1 to 1000.")]
    [InlineData(
        "PollingInterval",
        "00:00:00",
        "Ethereum:PollingInterval is 00:00:00: give a time above zero and up to an hour, such as 00:00:12."
    )]
    [InlineData(
        "RequestTimeout",
        "12",
        "Ethereum:RequestTimeout is 12.00:00:00: give a time above zero and up to an hour, such as 00:00:30."
    )]
    public void A_wrong_value_is_refused_with_what_to_do(string key, string value, string sentence) =>
        Should.Throw<OperatorException>(() => Read((key, value))).Message.ShouldBe(sentence);

    [Fact]
    public void Every_wrong_value_is_told_at_once() =>
        Should
            .Throw<OperatorException>(() => Read(("HttpEndpoint", ""), ("ChainId", "0"), ("DefaultBlock", "x")))
            .Message.ShouldBe(
                "Ethereum:ChainId is 0: give the EIP-155 id of the chain, such as 1 for mainnet or 31337 for Anvil. "
                    + "Ethereum:DefaultBlock is 'x': use finalized, safe, latest or pending. "
                    + "Ethereum:HttpEndpoint is not set: give the JSON-RPC endpoint of the L1, such as http://127.0.0.1:8545."
            );

    [Theory]
    [InlineData("finalized")]
    [InlineData("safe")]
    [InlineData("latest")]
    [InlineData("pending")]
    public void Every_tag_is_a_block(string tag) => Read(("DefaultBlock", tag)).Tag.ToString().ShouldBe(tag);

    private static EthereumOptions Read(params (string Key, string Value)[] settings)
    {
        using var services = FakeNode.ServicesFor("http://127.0.0.1:8545", settings);
        return services.GetRequiredService<IOptions<EthereumOptions>>().Value;
    }
}
