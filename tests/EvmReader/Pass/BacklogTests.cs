using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Pass;

/// <summary>On the embedded database.</summary>
public sealed class BacklogOnSqliteTests() : BacklogTests(null);

/// <summary>On the database of a deployment.</summary>
[NeedsServers]
public sealed class BacklogOnPostgresTests(PostgresServer server) : BacklogTests(server);

/// <summary>A long history is read in bounded steps, and nothing of it is passed over.</summary>
public abstract class BacklogTests(PostgresServer? server) : PassTests(server)
{
    [Theory]
    [InlineData(100_000UL)]
    [InlineData(1_000UL)]
    [InlineData(1UL)]
    public async Task A_history_from_the_InputBox_on_is_read_in_steps_that_the_endpoint_takes(ulong step)
    {
        var head = Math.Min(step * 30, 100_000);
        var app = await Host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 6);
        Chain.AddInput(InputBox, app.Address, head - 1);
        Chain.BlocksPerStep = step;

        for (var pass = 0; (await Host.PassAsync(head)).MoreDue; pass++)
            pass.ShouldBeLessThan(100);

        (await Host.InputsAsync(app)).Select(input => input.BlockNumber).ShouldBe([6UL, head - 1]);
        Chain.Filters.ShouldAllBe(filter => filter.ToBlock - filter.FromBlock < step);
        Chain.Filters.Count.ShouldBeLessThanOrEqualTo((int)(head / step) + 1);
        (await Host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(head);
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
