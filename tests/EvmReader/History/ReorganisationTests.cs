using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.History;

/// <summary>On the embedded database.</summary>
public sealed class ReorganisationOnSqliteTests : ReorganisationTests
{
    private protected override Task<ServiceHost> StartAsync(string tag) => ReaderService.CreateAsync(("Ethereum:DefaultBlock", tag));
}

/// <summary>On the database of a deployment.</summary>
[NeedsServers]
public sealed class ReorganisationOnPostgresTests(PostgresServer server) : ReorganisationTests
{
    private protected override Task<ServiceHost> StartAsync(string tag) =>
        ReaderService.CreateAsync(server, ("Ethereum:DefaultBlock", tag));
}

/// <summary>L1 has other blocks than those that were read, on a chain in memory.</summary>
public abstract class ReorganisationTests : IAsyncLifetime
{
    private static readonly Address InputBox = FakeChain.AddressOf(9);
    private ServiceHost _host = null!;
    private Application _app = null!;

    private FakeChain Chain => _host.Chain;

    public async ValueTask InitializeAsync()
    {
        _host = await StartAsync("latest");
        _app = await _host.AddAsync("echo", 1, epochLength: 1_000);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
    }

    private protected abstract Task<ServiceHost> StartAsync(string tag);

    [Theory]
    [InlineData("safe")]
    [InlineData("latest")]
    public async Task An_input_that_was_replaced_stops_the_application_with_both_values_and_no_other(string tag)
    {
        await using var host = await StartAsync(tag);
        var app = await host.AddAsync("echo", 1);
        var other = await host.AddAsync("other", 2);
        host.Chain.AddInput(InputBox, other.Address, 11);
        host.Chain.AddInput(InputBox, app.Address, 12, [1], "one");
        await host.PassAsync(13);
        host.Chain.Reorganise(12);
        host.Chain.AddInput(InputBox, app.Address, 12, [2], "replaced");
        host.Chain.AddInput(InputBox, other.Address, 14);
        await host.PassAsync(14);

        var stopped = await host.ApplicationAsync("echo");
        (stopped.State, stopped.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Corrupted));
        stopped.Reason.ShouldNotBeNull().ShouldContain($"transaction {FakeChain.HashOf("one")} (block 12), but on L1");
        stopped.Reason.ShouldContain(FakeChain.HashOf("replaced").ToString());
        // What to do is told beside it (StopRemedy), and it concerns this application alone.
        stopped.Reason.ShouldEndWith("The node runs and claims nothing for it any more.");
        (await host.ApplicationAsync("other")).State.ShouldBe(ApplicationState.Enabled);
        (await host.InputsAsync(other)).Count.ShouldBe(2);
        (await host.EventsAsync()).ShouldContain("AppInoperable");
    }

    [Fact]
    public async Task An_input_that_is_gone_with_nothing_in_its_place_stops_the_application()
    {
        Chain.AddInput(InputBox, _app.Address, 12);
        Chain.AddInput(InputBox, _app.Address, 20);
        await _host.PassAsync(21);
        var before = Chain.BlockHash(20);
        Chain.Reorganise(18);
        (await _host.PassAsync(22)).Done.ShouldBe(1);

        var stopped = await StoppedAsync();
        stopped.ShouldContain("input 1 is stored, but it is gone from L1");
        stopped.ShouldContain($"block 20, which was {before}");
        stopped.ShouldContain($"counts 1 inputs at block 22 ({Chain.BlockHash(22)})");
        (await _host.PassAsync(23)).Done.ShouldBe(0);
    }

    [Fact]
    public async Task An_input_that_was_replaced_far_below_identical_ones_is_named()
    {
        for (var block = 10UL; block <= 500; block += 10)
            Chain.AddInput(InputBox, _app.Address, block);
        await _host.PassAsync(510);
        var gone = Chain.Reorganise(101);
        Chain.AddInput(InputBox, _app.Address, 110, [99]);
        foreach (var log in gone.Skip(1))
            Chain.AddInput(InputBox, _app.Address, log.BlockNumber);
        await _host.PassAsync(511);

        (await StoppedAsync()).ShouldContain("the bytes of input 10 are stored with hash");
    }

    [Fact]
    public async Task Inputs_that_are_the_same_in_other_blocks_let_the_application_go_on()
    {
        Chain.AddInput(InputBox, _app.Address, 10);
        for (var block = 20UL; block <= 30; block += 5)
            Chain.AddInput(InputBox, _app.Address, block);
        await _host.PassAsync(31);
        foreach (var log in Chain.Reorganise(20))
            Chain.AddInput(InputBox, _app.Address, log.BlockNumber);
        Chain.AddInput(InputBox, _app.Address, 32);
        await _host.PassAsync(32);
        await _host.PassAsync(33);

        (await _host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);
        (await _host.InputsAsync(_app))
            .Select(input => (input.BlockNumber, input.BlockHash))
            .ShouldBe(new ulong[] { 10, 20, 25, 30, 32 }.Select(block => (block, Chain.BlockHash(block))));
        _host.Log.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("inputs 1 to 3 are the same in the new blocks");
    }

    [Fact]
    public async Task A_new_input_far_below_what_was_read_is_taken_into_the_open_epoch()
    {
        Chain.AddInput(InputBox, _app.Address, 12);
        await _host.PassAsync(500);
        Chain.Reorganise(100);
        Chain.AddInput(InputBox, _app.Address, 110);
        var result = await _host.PassAsync(501);
        result.MoreDue.ShouldBeTrue();
        await _host.PassAsync(501);

        (await _host.InputsAsync(_app)).Select(input => input.BlockNumber).ShouldBe([12UL, 110UL]);
        (await _host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);
        _host.Log.Of(LogLevel.Error).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_input_in_an_epoch_that_was_closed_stops_the_application()
    {
        Chain.AddInput(InputBox, _app.Address, 12);
        await _host.PassAsync(1_500);
        (await _host.EpochsAsync(_app)).Single().Status.ShouldBe(EpochStatus.Closed);
        Chain.Reorganise(100);
        Chain.AddInput(InputBox, _app.Address, 110);
        await _host.PassAsync(1_501);
        await _host.PassAsync(1_501);

        (await StoppedAsync()).ShouldContain("input 1 of block 110 belongs to epoch 0, which is no longer open");
    }

    [Fact]
    public async Task An_application_waits_for_the_block_of_its_newest_input_and_the_others_do_not_wait()
    {
        var other = await _host.AddAsync("other", 2);
        Chain.AddInput(InputBox, _app.Address, 12);
        await _host.PassAsync(13);
        Chain.AddInput(InputBox, _app.Address, 14);
        Chain.AddInput(InputBox, other.Address, 14);
        Chain.HasBlock = number => number != 12;
        await _host.PassAsync(14);
        (await _host.InputsAsync(_app)).Count.ShouldBe(1);
        (await _host.InputsAsync(other)).Count.ShouldBe(1);

        Chain.HasBlock = _ => true;
        await _host.PassAsync(15);
        (await _host.InputsAsync(_app)).Count.ShouldBe(2);
        (await _host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);
    }

    [Fact]
    public async Task Logs_that_the_endpoint_keeps_back_are_no_inputs_that_are_gone()
    {
        Chain.AddInput(InputBox, _app.Address, 12);
        await _host.PassAsync(13);
        foreach (var log in Chain.Reorganise(12))
            Chain.AddInput(InputBox, _app.Address, log.BlockNumber);
        Chain.Visible = _ => false;
        await _host.PassAsync(14);
        (await _host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);
        _host
            .Log.Of(LogLevel.Warning)
            .ShouldHaveSingleItem()
            .ShouldContain("gave no log of the stored input 0 though the InputBox counts 1");

        Chain.Visible = _ => true;
        (await _host.PassAsync(15)).Done.ShouldBe(1);
        (await _host.PassAsync(16)).Done.ShouldBe(0);
    }

    [Fact]
    public async Task A_chain_that_became_shorter_is_waited_for_and_judged_when_it_has_grown_to_the_newest_input()
    {
        Chain.AddInput(InputBox, _app.Address, 50);
        await _host.PassAsync(100);
        Chain.Reorganise(40);
        await _host.PassAsync(45);
        (await _host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);

        await _host.PassAsync(60);
        (await StoppedAsync()).ShouldContain("input 0 is stored, but it is gone from L1");
    }

    [Fact]
    public async Task A_reorganisation_between_the_reading_of_the_logs_and_their_storing_stores_nothing()
    {
        Chain.AddInput(InputBox, _app.Address, 12);
        await _host.PassAsync(100);
        Chain.AddInput(InputBox, _app.Address, 101);
        Chain.FailLogs = _ =>
        {
            Chain.FailLogs = _ => null;
            Chain.Reorganise(11);
            Chain.AddInput(InputBox, _app.Address, 12, [77]);
            Chain.AddInput(InputBox, _app.Address, 101);
            return null;
        };
        await _host.PassAsync(101);
        (await _host.InputsAsync(_app)).Count.ShouldBe(1);

        await _host.PassAsync(102);
        (await StoppedAsync()).ShouldContain("the bytes of input 0 are stored with hash");
    }

    [Fact]
    public async Task The_blocks_of_all_applications_are_asked_for_together()
    {
        for (var number = 2; number < 30; number++)
            Chain.AddInput(InputBox, (await _host.AddAsync($"app {number}", number)).Address, (ulong)(10 + (number % 3)));
        await _host.PassAsync(20);
        Chain.BlockLookups.Clear();
        await _host.PassAsync(21);

        Chain.BlockLookups.ShouldBe([3]);
    }

    [Fact]
    public async Task Final_blocks_are_compared_once_in_a_term_of_the_reader_and_an_exchanged_chain_is_found_then()
    {
        await using var host = await StartAsync("finalized");
        var app = await host.AddAsync("echo", 1);
        host.Chain.AddInput(InputBox, app.Address, 12, [1]);
        await host.PassAsync(13);
        await host.PassAsync(14);
        host.Chain.BlockLookups.ShouldAllBe(count => count == 0);
        host.Chain.Reorganise(5);
        host.Chain.AddInput(InputBox, app.Address, 12, [2]);
        await host.PassAsync(15);
        (await host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);

        await using var restarted = await host.RestartAsync();
        await restarted.PassAsync(16);
        (await restarted.ApplicationAsync("echo")).ReasonKind.ShouldBe(InoperableKind.Corrupted);
    }

    private async Task<string> StoppedAsync()
    {
        var app = await _host.ApplicationAsync("echo");
        (app.State, app.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Corrupted));
        return app.Reason.ShouldNotBeNull();
    }
}
