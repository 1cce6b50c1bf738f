using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Inputs;

/// <summary>On the embedded database.</summary>
public sealed class ReadInputsOnSqliteTests : ReadInputsTests
{
    private protected override Task<ServiceHost> StartAsync(params (string Key, string Value)[] settings) =>
        ReaderService.CreateAsync(settings);
}

/// <summary>On the database of a deployment.</summary>
[NeedsServers]
public sealed class ReadInputsOnPostgresTests(PostgresServer server) : ReadInputsTests
{
    private protected override Task<ServiceHost> StartAsync(params (string Key, string Value)[] settings) =>
        ReaderService.CreateAsync(server, settings);
}

public abstract class ReadInputsTests : IAsyncLifetime
{
    private static readonly Address InputBox = FakeChain.AddressOf(9);
    private ServiceHost _host = null!;

    private FakeChain Chain => _host.Chain;

    public async ValueTask InitializeAsync() => _host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
    }

    private protected abstract Task<ServiceHost> StartAsync(params (string Key, string Value)[] settings);

    [Theory]
    [InlineData(100_000UL)]
    [InlineData(1_000UL)]
    [InlineData(1UL)]
    public async Task A_history_from_the_InputBox_on_is_read_in_steps_that_the_endpoint_takes(ulong step)
    {
        var head = Math.Min(step * 30, 100_000);
        var app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 6);
        Chain.AddInput(InputBox, app.Address, head - 1);
        Chain.BlocksPerStep = step;

        for (var pass = 0; (await _host.PassAsync(head)).MoreDue; pass++)
            pass.ShouldBeLessThan(100);

        (await _host.InputsAsync(app)).Select(input => input.BlockNumber).ShouldBe([6UL, head - 1]);
        Chain.Filters.ShouldAllBe(filter => filter.ToBlock - filter.FromBlock < step);
        Chain.Filters.Count.ShouldBeLessThanOrEqualTo((int)(head / step) + 1);
        (await _host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(head);
    }

    [Fact]
    public async Task Inputs_epochs_cursor_and_events_are_stored_together()
    {
        var app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12, [7], "one", 3);
        Chain.AddInput(InputBox, app.Address, 12, [8], "one", 4);
        Chain.AddInput(InputBox, app.Address, 31);

        (await _host.PassAsync(38)).Done.ShouldBe(1);

        var inputs = await _host.InputsAsync(app);
        inputs
            .Select(input => (input.Index, input.EpochIndex, input.BlockNumber, input.LogIndex))
            .ShouldBe([(0ul, 1ul, 12ul, 3ul), (1ul, 1ul, 12ul, 4ul), (2ul, 3ul, 31ul, 0ul)]);
        inputs[0].RawData.ShouldBe([7]);
        inputs[0].TransactionHash.ShouldBe(FakeChain.HashOf("one"));
        var epochs = await _host.EpochsAsync(app);
        epochs
            .Select(epoch =>
                (
                    epoch.Index,
                    epoch.VirtualIndex,
                    epoch.FirstBlock,
                    epoch.LastBlock,
                    epoch.InputIndexLowerBound,
                    epoch.InputIndexUpperBound,
                    epoch.Status
                )
            )
            .ShouldBe([(1ul, 0ul, 10ul, 19ul, 0ul, 2ul, EpochStatus.Closed), (3ul, 1ul, 30ul, 39ul, 2ul, 3ul, EpochStatus.Open)]);
        epochs[0].ClosedAt.ShouldNotBeNull();
        (await _host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(38ul);
        (await _host.EventsAsync()).ShouldBe(["EpochOpened", "EpochOpened", "InputReceived", "EpochClosed"]);
    }

    [Fact]
    public async Task An_epoch_closes_without_a_new_input_when_its_last_block_is_observed()
    {
        var app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        await _host.PassAsync(18);
        (await _host.EpochsAsync(app)).Single().Status.ShouldBe(EpochStatus.Open);

        (await _host.PassAsync(19)).Done.ShouldBe(1);

        (await _host.EpochsAsync(app)).Single().Status.ShouldBe(EpochStatus.Closed);
        (await _host.EventsAsync()).ShouldBe(["EpochOpened", "InputReceived", "EpochClosed"]);
        Chain.Filters.Count.ShouldBe(1);
        (await _host.PassAsync(25)).Done.ShouldBe(0);
    }

    [Fact]
    public async Task An_open_epoch_grows_and_is_closed_by_an_input_of_the_next()
    {
        var app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        await _host.PassAsync(12);
        Chain.AddInput(InputBox, app.Address, 14);
        await _host.PassAsync(14);
        Chain.AddInput(InputBox, app.Address, 20);
        await _host.PassAsync(20);
        (await _host.EpochsAsync(app))
            .Select(epoch => (epoch.Index, epoch.InputIndexLowerBound, epoch.InputIndexUpperBound, epoch.Status))
            .ShouldBe([(1ul, 0ul, 2ul, EpochStatus.Closed), (2ul, 2ul, 3ul, EpochStatus.Open)]);
    }

    [Fact]
    public async Task A_second_pass_over_the_same_head_changes_nothing()
    {
        var app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        await _host.PassAsync(15);
        (await _host.PassAsync(15)).Done.ShouldBe(0);
        (await _host.EventsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Applications_of_an_InputBox_are_read_in_one_call_and_counted_in_one_batch()
    {
        for (var i = 1; i <= 20; i++)
        {
            var app = await _host.AddAsync($"app-{i}", i * 100, epochLength: 10, cursor: 30);
            Chain.AddInput(InputBox, app.Address, 40);
        }

        (await _host.PassAsync(45)).Done.ShouldBe(20);
        Chain.Filters.ShouldHaveSingleItem().Topics[1]!.Count.ShouldBe(20);
        Chain.Batches.ShouldBe([20]);
    }

    [Fact]
    public async Task An_application_that_begins_far_back_does_not_make_the_others_read_again()
    {
        var old = await _host.AddAsync("old", 1, cursor: 5_000);
        var young = await _host.AddAsync("young", 2);
        Chain.AddInput(InputBox, old.Address, 5_010);
        Chain.AddInput(InputBox, young.Address, 20);
        await _host.PassAsync(5_020);
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
    public async Task Fewer_logs_than_the_counter_says_leave_the_cursor_and_are_said_in_the_log()
    {
        var app = await _host.AddAsync("echo", 1);
        var other = await _host.AddAsync("other", 2);
        Chain.AddInput(InputBox, app.Address, 12);
        var hidden = Chain.AddInput(InputBox, app.Address, 13);
        Chain.AddInput(InputBox, other.Address, 13);
        Chain.Visible = log => log != hidden;

        (await _host.PassAsync(15)).Done.ShouldBe(1);
        (await _host.InputsAsync(app)).ShouldBeEmpty();
        (await _host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(0ul);
        (await _host.InputsAsync(other)).Count.ShouldBe(1);
        _host
            .Log.Of(LogLevel.Error)
            .ShouldHaveSingleItem()
            .ShouldContain("the InputBox counts 2 inputs, but 0 are stored and the L1 node gave 1 new logs");

        Chain.Visible = _ => true;
        await _host.PassAsync(15);
        (await _host.InputsAsync(app)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_failing_getLogs_stops_only_its_group()
    {
        var app = await _host.AddAsync("echo", 1);
        var other = await _host.AddAsync("other", 2, inputBox: 77);
        Chain.AddInput(InputBox, app.Address, 12);
        Chain.AddInput(FakeChain.AddressOf(77), other.Address, 12);
        Chain.FailLogs = filter => filter.Addresses[0] == InputBox ? new EthereumRpcException("eth_getLogs", -32000, "no") : null;
        (await _host.PassAsync(15)).Done.ShouldBe(1);
        (await _host.InputsAsync(app)).ShouldBeEmpty();
        (await _host.InputsAsync(other)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_contract_that_cannot_be_called_hides_no_other_application()
    {
        var app = await _host.AddAsync("echo", 1);
        var other = await _host.AddAsync("other", 2, inputBox: 77);
        Chain.AddInput(InputBox, app.Address, 12);
        Chain.AddInput(FakeChain.AddressOf(77), other.Address, 12);
        Chain.FailCall = call => call.To == InputBox ? new EthereumRpcException("eth_call", -32003, "out of gas") : null;
        (await _host.PassAsync(15)).Done.ShouldBe(1);
        (await _host.InputsAsync(other)).Count.ShouldBe(1);
        (await _host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(0ul);
    }

    [Fact]
    public async Task A_malformed_log_harms_only_its_application()
    {
        var app = await _host.AddAsync("echo", 1);
        var other = await _host.AddAsync("other", 2);
        var log = Chain.AddInput(InputBox, app.Address, 12);
        Chain.Logs[0] = log with { Data = [1, 2] };
        Chain.AddInput(InputBox, other.Address, 12);
        (await _host.PassAsync(15)).Done.ShouldBe(1);
        (await _host.InputsAsync(other)).Count.ShouldBe(1);
        (await _host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);
    }

    [Fact]
    public async Task A_head_behind_the_cursor_writes_nothing_and_warns()
    {
        var app = await _host.AddAsync("echo", 1, cursor: 50);
        Chain.AddInput(InputBox, app.Address, 20);
        (await _host.PassAsync(49)).Done.ShouldBe(0);
        (await _host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(50ul);
        _host.Log.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("behind what 1 applications have read already (echo: 50)");
    }

    [Fact]
    public async Task An_application_younger_than_the_observed_head_is_left_alone_quietly()
    {
        await _host.AddAsync("echo", 1, inputBoxBlock: 200);
        (await _host.PassAsync(100)).Done.ShouldBe(0);
        _host.Log.Of(LogLevel.Warning).ShouldBeEmpty();
        _host.Log.Of(LogLevel.Error).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_node_without_a_finalized_block_yet_is_waited_for()
    {
        await _host.AddAsync("echo", 1);
        Chain.HasTags = false;
        (await _host.PassAsync()).Done.ShouldBe(0);
        _host.Log.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("no finalized block yet");
    }

    [Theory]
    [InlineData(ApplicationState.Disabled, 0)]
    [InlineData(ApplicationState.Inoperable, 1)]
    public async Task Inoperable_applications_are_observed_and_disabled_ones_are_not(ApplicationState state, int inputs)
    {
        var app = await _host.AddAsync("echo", 1);
        await _host.ChangeAsync(db =>
            db.Applications.ExecuteUpdateAsync(set =>
                set.SetProperty(row => row.State, state)
                    .SetProperty(row => row.ReasonKind, state == ApplicationState.Inoperable ? InoperableKind.Corrupted : null)
                    .SetProperty(row => row.Reason, state == ApplicationState.Inoperable ? "test" : null)
            )
        );
        Chain.AddInput(InputBox, app.Address, 12);
        await _host.PassAsync(15);
        (await _host.InputsAsync(app)).Count.ShouldBe(inputs);
    }

    [Fact]
    public async Task A_log_that_is_stored_under_another_index_makes_the_application_inoperable_and_rolls_back()
    {
        var app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12, transaction: "one", logIndex: 3);
        await _host.PassAsync(13);
        Chain.AddInput(InputBox, app.Address, 14);
        Chain.AddInput(InputBox, app.Address, 15, transaction: "one", logIndex: 3);
        await _host.PassAsync(16);

        var stored = await _host.ApplicationAsync("echo");
        (stored.State, stored.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Corrupted));
        stored.Reason!.ShouldContain("is stored as input 0, but on L1 it is input 2");
        stored.LastInputCheckBlock.ShouldBe(13ul);
        (await _host.InputsAsync(app)).Count.ShouldBe(1);
        (await _host.EventsAsync()).ShouldBe(["EpochOpened", "InputReceived", "AppInoperable"]);
        await _host.PassAsync(17);
        (await _host.EventsAsync()).Count.ShouldBe(3);
        (await _host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(13ul);
    }

    [Fact]
    public async Task The_same_log_identity_may_occur_in_two_applications()
    {
        var one = await _host.AddAsync("one", 1);
        var two = await _host.AddAsync("two", 2);
        Chain.AddInput(InputBox, one.Address, 12, transaction: "same", logIndex: 3);
        Chain.AddInput(InputBox, two.Address, 12, transaction: "same", logIndex: 3);
        (await _host.PassAsync(13)).Done.ShouldBe(2);
    }

    [Fact]
    public async Task An_input_for_an_epoch_that_is_closed_makes_the_application_inoperable_and_leaves_the_others_alone()
    {
        var app = await _host.AddAsync("echo", 1);
        var other = await _host.AddAsync("other", 2);
        Chain.AddInput(InputBox, app.Address, 12);
        await _host.PassAsync(13);
        await _host.ChangeAsync(db =>
            db.MoveEpochAsync(
                app.Id,
                1,
                EpochStatus.Open,
                EpochStatus.Closed,
                DateTimeOffset.UnixEpoch,
                null,
                TestContext.Current.CancellationToken
            )
        );
        Chain.AddInput(InputBox, app.Address, 15);
        Chain.AddInput(InputBox, other.Address, 15);
        await _host.PassAsync(16);
        var stored = await _host.ApplicationAsync("echo");
        stored.ReasonKind.ShouldBe(InoperableKind.Corrupted);
        stored.Reason!.ShouldContain("input 1 of block 15 belongs to epoch 1, which is no longer open");
        (await _host.InputsAsync(app)).Count.ShouldBe(1);
        (await _host.InputsAsync(other)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_counter_below_the_stored_inputs_changes_nothing_and_is_said()
    {
        var app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        await _host.PassAsync(13);
        Chain.Logs.Clear();
        (await _host.PassAsync(14)).Done.ShouldBe(0);
        _host.Log.Of(LogLevel.Error).ShouldHaveSingleItem().ShouldContain("counts 0 inputs at block 14, but 1 are stored");
        (await _host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);
    }

    [Fact]
    public async Task A_long_backlog_is_stored_in_bounded_batches_and_in_several_passes()
    {
        await using var host = await StartAsync(
            ("Services:EvmReader:MaxInputsPerScan", "20"),
            ("Services:EvmReader:MaxInputsPerTransaction", "7")
        );
        var app = await host.AddAsync("echo", 1);
        for (var i = 0; i < 150; i++)
            host.Chain.AddInput(InputBox, app.Address, 50 + (ulong)(i / 3 * 2));
        var passes = 1;
        host.Chain.Head = 400;
        while ((await host.PassAsync()).MoreDue)
            (++passes).ShouldBeLessThan(60);
        passes.ShouldBeGreaterThan(3);
        (await host.InputsAsync(app)).Select(input => input.BlockNumber).ShouldBe(host.Chain.Logs.Select(log => log.BlockNumber));
        (await host.EventsAsync()).Count(name => name == "InputReceived").ShouldBeGreaterThan(20);
        var epochs = await host.EpochsAsync(app);
        epochs.ShouldAllBe(epoch => epoch.Status == EpochStatus.Closed);
        epochs.Sum(epoch => (long)(epoch.InputIndexUpperBound - epoch.InputIndexLowerBound)).ShouldBe(150);
        (await host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(400ul);
        host.Log.Of(LogLevel.Error).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_crash_in_the_middle_of_a_backlog_loses_and_doubles_nothing()
    {
        (string, string)[] small = [("Services:EvmReader:MaxInputsPerScan", "10"), ("Services:EvmReader:MaxInputsPerTransaction", "4")];
        await using var first = await StartAsync(small);
        var app = await first.AddAsync("echo", 1);
        for (var i = 0; i < 60; i++)
            first.Chain.AddInput(InputBox, app.Address, 20 + (ulong)(i / 2));
        await first.PassAsync(100);
        await first.PassAsync(100);
        var before = (await first.InputsAsync(app)).Count;
        before.ShouldBeInRange(1, 59);
        await using var second = await first.RestartAsync(small);
        while ((await second.PassAsync()).MoreDue)
            continue;
        (await second.InputsAsync(app)).Select(input => input.Index).ShouldBe(Enumerable.Range(0, 60).Select(i => (ulong)i));
    }

    [Fact]
    public async Task A_step_that_ends_inside_a_block_reads_that_block_again()
    {
        (string, string)[] small = [("Services:EvmReader:MaxInputsPerScan", "10")];
        await using var first = await StartAsync(small);
        var app = await first.AddAsync("echo", 1);
        for (var i = 0; i < 60; i++)
            first.Chain.AddInput(InputBox, app.Address, 20 + (ulong)(i / 2));
        var second = first.Chain.Logs[1];
        first.Chain.Visible = log => log != second;
        await first.PassAsync(100);
        (await first.InputsAsync(app)).ShouldHaveSingleItem().BlockNumber.ShouldBe(20ul);
        (await first.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(19ul);

        first.Chain.Visible = _ => true;
        await using var restarted = await first.RestartAsync(small);
        while ((await restarted.PassAsync()).MoreDue)
            continue;
        (await restarted.InputsAsync(app)).Count.ShouldBe(60);
    }

    [Fact]
    public async Task A_missing_log_inside_a_backlog_is_never_passed_over()
    {
        await using var host = await StartAsync(("Services:EvmReader:MaxInputsPerScan", "10"));
        var app = await host.AddAsync("echo", 1);
        for (var i = 0; i < 50; i++)
            host.Chain.AddInput(InputBox, app.Address, 20 + (ulong)i);
        var hidden = host.Chain.Logs[14];
        host.Chain.Visible = log => log != hidden;
        host.Chain.Head = 80;
        for (var i = 0; i < 20; i++)
            await host.PassAsync();
        (await host.InputsAsync(app)).Count.ShouldBeLessThan(15);
        (await host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBeLessThan(hidden.BlockNumber);
        host.Chain.Visible = _ => true;
        while ((await host.PassAsync()).MoreDue)
            continue;
        (await host.InputsAsync(app)).Count.ShouldBe(50);
    }

    [Theory]
    [InlineData(56, 12)]
    [InlineData(200, 12)]
    public async Task A_backlog_in_few_blocks_is_read_to_its_end_though_the_blocks_before_it_are_read_again(ulong head, int passes)
    {
        await using var host = await StartAsync(("Ethereum:DefaultBlock", "latest"), ("Services:EvmReader:MaxInputsPerScan", "10"));
        var app = await host.AddAsync("echo", 1, cursor: 49);
        for (var i = 0; i < 60; i++)
            host.Chain.AddInput(InputBox, app.Address, 50 + (ulong)(i / 10));
        host.Chain.Head = head;
        var more = true;
        for (; more && passes > 0; passes--)
            more = (await host.PassAsync()).MoreDue;
        more.ShouldBeFalse();
        (await host.InputsAsync(app)).Count.ShouldBe(60);
        (await host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(head);
    }

    [Fact]
    public async Task The_blocks_before_a_backlog_are_read_again_once_and_not_with_each_of_its_steps()
    {
        await using var host = await StartAsync(("Ethereum:DefaultBlock", "latest"), ("Services:EvmReader:MaxInputsPerScan", "10"));
        var app = await host.AddAsync("echo", 1, cursor: 49);
        for (var i = 0; i < 100; i++)
            host.Chain.AddInput(InputBox, app.Address, 50 + (ulong)i);
        host.Chain.Head = 200;
        for (var passes = 0; (await host.PassAsync()).MoreDue; passes++)
            passes.ShouldBeLessThan(60);
        (await host.InputsAsync(app)).Count.ShouldBe(100);
        host.Chain.Filters[0].FromBlock.ShouldBe(50ul - 32);
        host.Chain.Filters.Zip(host.Chain.Filters.Skip(1)).ShouldAllBe(steps => steps.Second.FromBlock == steps.First.ToBlock + 1);
    }

    [Fact]
    public async Task A_long_backlog_of_one_application_keeps_the_new_input_of_another_waiting_for_no_pass()
    {
        await using var host = await StartAsync(("Services:EvmReader:MaxInputsPerScan", "10"));
        var (large, small) = (await host.AddAsync("large", 1, cursor: 49), await host.AddAsync("small", 2, cursor: 49));
        for (var i = 0; i < 100; i++)
            host.Chain.AddInput(InputBox, large.Address, 50 + (ulong)i);
        host.Chain.AddInput(InputBox, small.Address, 150);
        host.Chain.Head = 151;

        (await host.PassAsync()).MoreDue.ShouldBeTrue();
        (await host.InputsAsync(small)).Count.ShouldBe(1);
        (await host.InputsAsync(large)).Count.ShouldBeInRange(1, 50);
    }
}
