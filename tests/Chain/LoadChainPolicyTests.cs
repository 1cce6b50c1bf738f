using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Chain.Tests;

public sealed class LoadChainPolicyTests
{
    [Fact]
    public async Task The_first_start_stores_chain_and_tag_and_an_equal_start_is_quiet()
    {
        await using var host = await PolicyHost.CreateAsync();
        await host.CheckChainAsync();
        await using var again = await host.RestartAsync();
        await again.CheckChainAsync();
        again.Log.Of(LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_stored_tag_wins_over_a_changed_one_with_a_warning()
    {
        await using var host = await PolicyHost.CreateAsync();
        await host.CheckChainAsync();
        await using var again = await host.RestartAsync(("Ethereum:DefaultBlock", "latest"));
        await again.CheckChainAsync();
        again.Services.GetRequiredService<ChainPolicy>().Tag.ShouldBe(BlockTag.Finalized);
        again
            .Log.Of(LogLevel.Warning)
            .ShouldHaveSingleItem()
            .ShouldContain("Ethereum:DefaultBlock is latest, but this database was created with finalized");
    }

    [Fact]
    public async Task A_database_of_another_chain_stops_the_start()
    {
        await using var host = await PolicyHost.CreateAsync();
        await host.CheckChainAsync();
        host.Chain.ChainId = 1;
        await using var again = await host.RestartAsync(("Ethereum:ChainId", "1"));
        (await Should.ThrowAsync<OperatorException>(again.CheckChainAsync)).Message.ShouldBe(
            "The database belongs to chain 31337, but Ethereum:ChainId is 1. Use the database of chain 1, or an empty one."
        );
    }

    [Fact]
    public async Task An_endpoint_of_another_chain_stops_the_start()
    {
        await using var host = await PolicyHost.CreateAsync();
        host.Chain.ChainId = 5;
        (await Should.ThrowAsync<OperatorException>(host.CheckChainAsync)).Message.ShouldContain("serves chain 5");
    }

    [Fact]
    public async Task The_pending_tag_reads_the_newest_real_block()
    {
        await using var host = await PolicyHost.CreateAsync(("Ethereum:DefaultBlock", "pending"));
        await host.CheckChainAsync();
        host.Services.GetRequiredService<ChainPolicy>().Tag.ShouldBe(BlockTag.Latest);
    }

    [Fact]
    public async Task A_looser_tag_is_taken_over_where_the_operator_allows_it()
    {
        await using var host = await PolicyHost.CreateAsync();
        await host.CheckChainAsync();
        await using var again = await host.RestartAsync(("Ethereum:DefaultBlock", "safe"), ("Ethereum:AllowLooserBlock", "true"));
        await again.CheckChainAsync();
        var policy = again.Services.GetRequiredService<ChainPolicy>();
        (policy.Tag, policy.IsFinal).ShouldBe((BlockTag.Safe, false));
        again
            .Log.Of(LogLevel.Warning)
            .ShouldHaveSingleItem()
            .ShouldContain("Ethereum:DefaultBlock is safe from now on, instead of finalized");
        await using var third = await again.RestartAsync(("Ethereum:DefaultBlock", "safe"));
        await third.CheckChainAsync();
        third.Services.GetRequiredService<ChainPolicy>().Tag.ShouldBe(BlockTag.Safe);
        third.Log.Of(LogLevel.Warning).ShouldBeEmpty();
    }
}
