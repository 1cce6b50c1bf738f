using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Head;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Head;

public sealed class ChainPolicyTests
{
    [Fact]
    public async Task One_of_two_replicas_reads_and_the_other_takes_over_when_it_is_gone()
    {
        await using var host = await ReaderService.CreateAsync();
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

    [Fact]
    public async Task A_stricter_tag_is_taken_over_and_what_the_looser_one_let_in_is_compared_until_it_is_final()
    {
        await using var host = await ReaderService.CreateAsync(("Ethereum:DefaultBlock", "latest"));
        await host.CheckChainAsync();
        var app = await host.AddAsync("echo", 1);
        host.Chain.AddInput(FakeChain.AddressOf(9), app.Address, 12);
        await host.PassAsync(20);

        await using var again = await host.RestartAsync(("Ethereum:DefaultBlock", "finalized"));
        await again.CheckChainAsync();
        var policy = again.Services.GetRequiredService<ChainPolicy>();
        (policy.Tag, policy.IsFinal).ShouldBe((BlockTag.Finalized, false));
        again.Log.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("up to block 20, with L1 until it is final");
        await again.PassAsync(15);
        policy.IsFinal.ShouldBeFalse();
        await again.PassAsync(20);
        policy.IsFinal.ShouldBeTrue();

        await using var third = await again.RestartAsync(("Ethereum:DefaultBlock", "finalized"));
        await third.CheckChainAsync();
        third.Services.GetRequiredService<ChainPolicy>().IsFinal.ShouldBeTrue();
    }

    [Fact]
    public async Task An_input_that_a_looser_tag_let_in_and_that_was_replaced_meanwhile_stops_the_application()
    {
        await using var host = await ReaderService.CreateAsync(("Ethereum:DefaultBlock", "latest"));
        await host.CheckChainAsync();
        var app = await host.AddAsync("echo", 1);
        host.Chain.AddInput(FakeChain.AddressOf(9), app.Address, 18, [1], "one");
        await host.PassAsync(20);

        await using var again = await host.RestartAsync(("Ethereum:DefaultBlock", "finalized"));
        await again.CheckChainAsync();
        // Below the input for a while: nothing can be said of it yet.
        await again.PassAsync(15);
        again.Chain.Reorganise(17);
        again.Chain.AddInput(FakeChain.AddressOf(9), app.Address, 18, [2], "replaced");
        await again.PassAsync(21);

        var stopped = await again.ApplicationAsync("echo");
        (stopped.State, stopped.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Corrupted));
        again.Services.GetRequiredService<ChainPolicy>().IsFinal.ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_reader_that_was_not_restarted_read_at_the_looser_tag_is_compared_too(bool standsBy)
    {
        (string, string)[] looser = [("Ethereum:DefaultBlock", "latest"), ("Services:EvmReader:IdleCursorBlocks", "1000")];
        (string, string)[] stricter = [("Ethereum:DefaultBlock", "finalized"), ("Services:EvmReader:IdleCursorBlocks", "1000")];
        await using var reader = await ReaderService.CreateAsync(looser);
        await reader.CheckChainAsync();
        // Its cursor stays, so that the next reader can read it at every head.
        await reader.AddAsync("idle", 1);
        var app = await reader.AddAsync("echo", 2);
        reader.Chain.AddInput(FakeChain.AddressOf(9), app.Address, 95);
        await reader.PassAsync(100);

        await using var other = await reader.AnotherAsync(stricter);
        await other.CheckChainAsync();
        reader.Chain.AddInput(FakeChain.AddressOf(9), app.Address, 125);
        await reader.PassAsync(130);

        await using var restarted = standsBy ? null : await reader.RestartAsync(stricter);
        if (restarted is null)
            await reader.Services.GetRequiredService<ActiveReader>().DisposeAsync();
        else
            await restarted.CheckChainAsync();
        var next = restarted ?? other;
        await next.PassAsync(100);
        next.Services.GetRequiredService<ChainPolicy>().IsFinal.ShouldBeFalse();

        next.Chain.Reorganise(120);
        next.Chain.AddInput(FakeChain.AddressOf(9), app.Address, 125, [2], "replaced");
        await next.PassAsync(130);
        var stopped = await next.ApplicationAsync("echo");
        (stopped.State, stopped.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Corrupted));
    }

    [Fact]
    public async Task A_standby_that_takes_over_follows_a_looser_tag()
    {
        await using var standby = await ReaderService.CreateAsync();
        await standby.CheckChainAsync();
        await using var reader = await standby.AnotherAsync(("Ethereum:DefaultBlock", "latest"), ("Ethereum:AllowLooserBlock", "true"));
        await reader.CheckChainAsync();
        standby.Chain.Lag = 10;
        var app = await reader.AddAsync("echo", 1);
        standby.Chain.AddInput(FakeChain.AddressOf(9), app.Address, 18);
        await reader.PassAsync(20);

        await reader.Services.GetRequiredService<ActiveReader>().DisposeAsync();
        standby.Chain.AddInput(FakeChain.AddressOf(9), app.Address, 21);
        await standby.PassAsync(22);

        var policy = standby.Services.GetRequiredService<ChainPolicy>();
        (policy.Tag, policy.IsFinal).ShouldBe((BlockTag.Latest, false));
        (await standby.InputsAsync(app)).Count.ShouldBe(2);
        standby
            .Log.Of(LogLevel.Warning)
            .ShouldHaveSingleItem()
            .ShouldContain("this process follows latest from now on, instead of finalized");
    }

    [Fact]
    public async Task A_standby_that_takes_over_follows_a_stricter_tag_and_compares_before_it_calls_anything_final()
    {
        await using var standby = await ReaderService.CreateAsync(("Ethereum:DefaultBlock", "latest"));
        await standby.CheckChainAsync();
        await using var reader = await standby.AnotherAsync(("Ethereum:DefaultBlock", "finalized"));
        await reader.CheckChainAsync();
        var app = await reader.AddAsync("echo", 1);
        standby.Chain.AddInput(FakeChain.AddressOf(9), app.Address, 18);
        await reader.PassAsync(20);

        await reader.Services.GetRequiredService<ActiveReader>().DisposeAsync();
        standby.Chain.Lag = 10;
        standby.Chain.AddInput(FakeChain.AddressOf(9), app.Address, 25);
        // The final block is 17: nothing can be said of the newest input yet.
        await standby.PassAsync(27);
        var policy = standby.Services.GetRequiredService<ChainPolicy>();
        (policy.Tag, policy.IsFinal).ShouldBe((BlockTag.Finalized, false));
        (await standby.InputsAsync(app)).Count.ShouldBe(1);

        await standby.PassAsync(32);
        policy.IsFinal.ShouldBeTrue();
        (await standby.InputsAsync(app)).Count.ShouldBe(1);
        await standby.PassAsync(35);
        (await standby.InputsAsync(app)).Count.ShouldBe(2);
    }
}
