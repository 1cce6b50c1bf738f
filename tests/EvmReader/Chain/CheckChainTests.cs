using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.EvmReader.Chain;

namespace Rollups.EvmReader.Tests.Chain;

public sealed class CheckChainTests
{
    [Fact]
    public async Task The_first_start_stores_chain_and_tag_and_an_equal_start_is_quiet()
    {
        await using var host = await ReaderHost.StartAsync();
        await host.CheckChainAsync();
        await using var again = await host.RestartAsync();
        await again.CheckChainAsync();
        again.Log.Of(LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_stored_tag_wins_over_a_changed_one_with_a_warning()
    {
        await using var host = await ReaderHost.StartAsync();
        await host.CheckChainAsync();
        await using var again = await host.RestartAsync(("Ethereum:DefaultBlock", "latest"));
        await again.CheckChainAsync();
        again.Services.GetRequiredService<ObservedChain>().Tag.ShouldBe(BlockTag.Finalized);
        again.Log.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("Ethereum:DefaultBlock is latest, but this database was begun with finalized");
    }

    [Fact]
    public async Task A_database_of_another_chain_stops_the_start()
    {
        await using var host = await ReaderHost.StartAsync();
        await host.CheckChainAsync();
        host.Chain.ChainId = 1;
        await using var again = await host.RestartAsync(("Ethereum:ChainId", "1"));
        (await Should.ThrowAsync<WrongChainException>(again.CheckChainAsync)).Message
            .ShouldBe("The database belongs to chain 31337, but Ethereum:ChainId is 1. Use the database of chain 1, or an empty one.");
    }

    [Fact]
    public async Task An_endpoint_of_another_chain_stops_the_start()
    {
        await using var host = await ReaderHost.StartAsync();
        host.Chain.ChainId = 5;
        (await Should.ThrowAsync<WrongChainException>(host.CheckChainAsync)).Message.ShouldContain("serves chain 5");
    }

    [Fact]
    public async Task The_pending_tag_reads_the_newest_real_block()
    {
        await using var host = await ReaderHost.StartAsync(("Ethereum:DefaultBlock", "pending"));
        await host.CheckChainAsync();
        host.Services.GetRequiredService<ObservedChain>().Tag.ShouldBe(BlockTag.Latest);
    }

    [Fact]
    public async Task One_of_two_replicas_reads_and_the_other_takes_over_when_it_is_gone()
    {
        await using var host = await ReaderHost.StartAsync();
        var app = await host.AddAsync("echo", 1);
        host.Chain.AddInput(FakeChain.AddressOf(9), app.Address, 12);
        var database = host.Services.GetRequiredService<Persistence.IDatabaseProvider>();
        var other = await database.TryAcquireLeaseAsync("evm-reader:31337", TestContext.Current.CancellationToken);
        (await host.PassAsync(20)).Done.ShouldBe(0);
        (await host.PassAsync(20)).Done.ShouldBe(0);
        host.Log.Of(LogLevel.Information).Count(line => line.Contains("stands by")).ShouldBe(1);
        await other!.DisposeAsync();
        (await host.PassAsync(20)).Done.ShouldBe(1);
    }
}
