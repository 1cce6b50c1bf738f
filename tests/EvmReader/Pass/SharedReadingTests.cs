using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Pass;

/// <summary>On the embedded database.</summary>
public sealed class SharedReadingOnSqliteTests() : SharedReadingTests(null);

/// <summary>On the database of a deployment.</summary>
[NeedsServers]
public sealed class SharedReadingOnPostgresTests(PostgresServer server) : SharedReadingTests(server);

/// <summary>All applications are read together, at little cost, and no one harms another.</summary>
public abstract class SharedReadingTests(PostgresServer? server) : PassTests(server)
{
    [Fact]
    public async Task Applications_of_an_InputBox_are_read_in_one_call_and_counted_in_one_batch()
    {
        for (var i = 1; i <= 20; i++)
        {
            var app = await Host.AddAsync($"app-{i}", i * 100, epochLength: 10, cursor: 30);
            Chain.AddInput(InputBox, app.Address, 40);
        }

        (await Host.PassAsync(45)).Done.ShouldBe(20);
        Chain.Filters.ShouldHaveSingleItem().Topics[1]!.Count.ShouldBe(20);
        Chain.Batches.ShouldBe([20]);
    }

    [Fact]
    public async Task An_application_that_begins_far_back_does_not_make_the_others_read_again()
    {
        var old = await Host.AddAsync("old", 1, cursor: 5_000);
        var young = await Host.AddAsync("young", 2);
        Chain.AddInput(InputBox, old.Address, 5_010);
        Chain.AddInput(InputBox, young.Address, 20);
        await Host.PassAsync(5_020);
        Chain
            .Filters.Select(filter => (filter.FromBlock, filter.ToBlock))
            .ShouldBe([(5ul, 5_020ul), (5_001ul, 5_020ul)], ignoreOrder: true);
    }

    [Fact]
    public async Task Nothing_is_fetched_for_idle_applications_and_their_cursors_move_by_one_write_now_and_then()
    {
        await using var host = await StartAsync(("Services:EvmReader:IdleCursorBlocks", "50"));
        await host.AddAsync("one", 1, cursor: 60);
        await host.AddAsync("two", 2, cursor: 60);
        await host.PassAsync(109);
        (await host.ApplicationAsync("one")).LastInputCheckBlock.ShouldBe(60ul);
        await host.PassAsync(110);
        (await host.ApplicationAsync("one")).LastInputCheckBlock.ShouldBe(110ul);
        (await host.ApplicationAsync("two")).LastInputCheckBlock.ShouldBe(110ul);
        host.Chain.Filters.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fewer_logs_than_the_counter_says_leave_the_cursor_and_are_no_fault_at_once()
    {
        var app = await Host.AddAsync("echo", 1);
        var other = await Host.AddAsync("other", 2);
        Chain.AddInput(InputBox, app.Address, 12);
        var hidden = Chain.AddInput(InputBox, app.Address, 13);
        Chain.AddInput(InputBox, other.Address, 13);
        Chain.Visible = log => log != hidden;

        (await Host.PassAsync(15)).Done.ShouldBe(1);
        (await Host.InputsAsync(app)).ShouldBeEmpty();
        (await Host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(0ul);
        (await Host.InputsAsync(other)).Count.ShouldBe(1);
        Host.Log.Of(LogLevel.Error).ShouldBeEmpty();
        Host.Log.Of(LogLevel.Warning).ShouldBeEmpty();
        Host.Log.Of(LogLevel.Debug)
            .Single(line => line.Contains("echo", StringComparison.Ordinal))
            .ShouldContain("the InputBox counts 2 inputs, but 0 are stored and the L1 node gave 1 new logs");

        Chain.Visible = _ => true;
        await Host.PassAsync(15);
        (await Host.InputsAsync(app)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_failing_getLogs_stops_only_its_group()
    {
        var app = await Host.AddAsync("echo", 1);
        var other = await Host.AddAsync("other", 2, inputBox: 77);
        Chain.AddInput(InputBox, app.Address, 12);
        Chain.AddInput(FakeChain.AddressOf(77), other.Address, 12);
        Chain.FailLogs = filter => filter.Addresses[0] == InputBox ? new EthereumRpcException("eth_getLogs", -32000, "no") : null;
        (await Host.PassAsync(15)).Done.ShouldBe(1);
        (await Host.InputsAsync(app)).ShouldBeEmpty();
        (await Host.InputsAsync(other)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_contract_that_cannot_be_called_hides_no_other_application()
    {
        var app = await Host.AddAsync("echo", 1);
        var other = await Host.AddAsync("other", 2, inputBox: 77);
        Chain.AddInput(InputBox, app.Address, 12);
        Chain.AddInput(FakeChain.AddressOf(77), other.Address, 12);
        Chain.FailCall = call => call.To == InputBox ? new EthereumRpcException("eth_call", -32003, "out of gas") : null;
        (await Host.PassAsync(15)).Done.ShouldBe(1);
        (await Host.InputsAsync(other)).Count.ShouldBe(1);
        (await Host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(0ul);
    }

    [Fact]
    public async Task A_malformed_log_harms_only_its_application()
    {
        var app = await Host.AddAsync("echo", 1);
        var other = await Host.AddAsync("other", 2);
        var log = Chain.AddInput(InputBox, app.Address, 12);
        Chain.Logs[0] = log with { Data = [1, 2] };
        Chain.AddInput(InputBox, other.Address, 12);
        (await Host.PassAsync(15)).Done.ShouldBe(1);
        (await Host.InputsAsync(other)).Count.ShouldBe(1);
        (await Host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);
    }

    [Fact]
    public async Task A_head_behind_the_cursor_writes_nothing_and_warns()
    {
        var app = await Host.AddAsync("echo", 1, cursor: 50);
        Chain.AddInput(InputBox, app.Address, 20);
        (await Host.PassAsync(49)).Done.ShouldBe(0);
        (await Host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(50ul);
        Host.Log.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("behind what 1 applications have read already (echo: 50)");
    }

    [Fact]
    public async Task An_application_younger_than_the_observed_head_is_left_alone_quietly()
    {
        await Host.AddAsync("echo", 1, inputBoxBlock: 200);
        (await Host.PassAsync(100)).Done.ShouldBe(0);
        Host.Log.Of(LogLevel.Warning).ShouldBeEmpty();
        Host.Log.Of(LogLevel.Error).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_node_without_a_finalized_block_yet_is_waited_for()
    {
        await Host.AddAsync("echo", 1);
        Chain.HasTags = false;
        (await Host.PassAsync()).Done.ShouldBe(0);
        Host.Log.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("no finalized block yet");
    }
}
