using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Pass;

/// <summary>On the embedded database.</summary>
public sealed class ExecutedOutputsOnSqliteTests : ExecutedOutputsTests
{
    private protected override Task<ServiceHost> StartAsync(params (string Key, string Value)[] settings) =>
        ReaderService.CreateAsync(settings);
}

/// <summary>On the database of a deployment.</summary>
[NeedsServers]
public sealed class ExecutedOutputsOnPostgresTests(PostgresServer server) : ExecutedOutputsTests
{
    private protected override Task<ServiceHost> StartAsync(params (string Key, string Value)[] settings) =>
        ReaderService.CreateAsync(server, settings);
}

public abstract class ExecutedOutputsTests : IAsyncLifetime
{
    private static readonly Address InputBox = FakeChain.AddressOf(9);
    private ServiceHost _host = null!;
    private Application _app = null!;

    private FakeChain Chain => _host.Chain;

    public async ValueTask InitializeAsync()
    {
        _host = await StartAsync();
        _app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, _app.Address, 12);
        await _host.PassAsync(20);
        Chain.Filters.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
    }

    private protected abstract Task<ServiceHost> StartAsync(params (string Key, string Value)[] settings);

    [Fact]
    public async Task An_execution_whose_block_was_replaced_is_taken_back_and_found_where_L1_has_it_then()
    {
        await _host.DisposeAsync();
        _host = await StartAsync(("Ethereum:DefaultBlock", "latest"));
        _app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, _app.Address, 12);
        Chain.FinalLag = 10;
        await _host.PassAsync(20);
        await AddOutputAsync(0, [1]);
        Chain.ExecuteOutput(_app.Address, 25, 0, [1]);
        await _host.PassAsync(26);
        ((await OutputsAsync()).Single() is { ExecutionBlockNumber: 25, IsProvisional: true }).ShouldBeTrue();

        Chain.Reorganise(24);
        await _host.PassAsync(27);
        (
            (await OutputsAsync()).Single() is { ExecutionTransactionHash: null, ExecutionBlockNumber: null, IsProvisional: false }
        ).ShouldBeTrue();

        // Lower than it was.
        Chain.ExecuteOutput(_app.Address, 24, 0, [1]);
        await _host.PassAsync(28);
        ((await OutputsAsync()).Single() is { ExecutionBlockNumber: 24, IsProvisional: true }).ShouldBeTrue();
        await _host.PassAsync(34);
        (await OutputsAsync()).Single().IsProvisional.ShouldBeFalse();
        (await _host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);
    }

    [Fact]
    public async Task On_a_chain_without_finality_inputs_are_read_and_executions_taken_back_as_on_any_other()
    {
        await _host.DisposeAsync();
        _host = await StartAsync(("Ethereum:DefaultBlock", "latest"));
        _app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, _app.Address, 12);
        Chain.FailBlock = tag =>
            tag == BlockTag.Finalized ? new EthereumRpcException("eth_getBlockByNumber", -32000, "finalized block not found") : null;
        await _host.PassAsync(20);
        await AddOutputAsync(0, [1]);
        await AddOutputAsync(1, [2]);
        Chain.ExecuteOutput(_app.Address, 25, 0, [1]);
        await _host.PassAsync(26);

        Chain.AddInput(InputBox, _app.Address, 27);
        Chain.ExecuteOutput(_app.Address, 29, 1, [2]);
        for (var head = 27UL; head < 32; head++)
            await _host.PassAsync(head);
        (await _host.InputsAsync(_app)).Count.ShouldBe(2);
        Chain.Reorganise(28);
        await _host.PassAsync(33);

        (await OutputsAsync())
            .Select(output => (output.ExecutionBlockNumber, output.IsProvisional))
            .ShouldBe([((ulong?)25, true), (null, false)]);
        Told("refuses to name its finalized block: eth_getBlockByNumber: finalized block not found").ShouldBe(1);

        Chain.FailBlock = _ => null;
        await _host.PassAsync(34);
        await _host.PassAsync(35);
        (await OutputsAsync()).ShouldAllBe(output => !output.IsProvisional);
        Told("names its finalized block again").ShouldBe(1);

        int Told(string what) => _host.Log.AtLeast(LogLevel.Information).Count(line => line.Contains(what, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_execution_of_a_looser_tag_is_judged_before_everything_counts_as_final()
    {
        await _host.DisposeAsync();
        _host = await StartAsync(("Ethereum:DefaultBlock", "latest"));
        await _host.CheckChainAsync();
        _app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, _app.Address, 12);
        await _host.PassAsync(20);
        await AddOutputAsync(0, [1]);
        Chain.FinalLag = 10;
        Chain.ExecuteOutput(_app.Address, 25, 0, [1]);
        await _host.PassAsync(26);
        (await OutputsAsync()).Single().IsProvisional.ShouldBeTrue();

        await using var strict = await _host.RestartAsync(("Ethereum:DefaultBlock", "finalized"));
        await strict.CheckChainAsync();
        Chain.Reorganise(24);
        // The node that is asked for blocks by number does not have the head.
        Chain.FinalLag = 0;
        Chain.HasBlock = number => number < 30;
        await strict.PassAsync(30);
        strict.Services.GetRequiredService<ChainPolicy>().IsFinal.ShouldBeFalse();

        Chain.HasBlock = _ => true;
        await strict.PassAsync(31);
        ((await OutputsAsync()).Single() is { ExecutionTransactionHash: null, IsProvisional: false }).ShouldBeTrue();
        await strict.PassAsync(32);
        strict.Services.GetRequiredService<ChainPolicy>().IsFinal.ShouldBeTrue();
    }

    [Fact]
    public async Task An_execution_that_is_left_provisional_is_judged_though_blocks_are_final()
    {
        await AddOutputAsync(0, [1]);
        await _host.ChangeAsync(db =>
            db.Outputs.ExecuteUpdateAsync(set =>
                set.SetProperty(output => output.ExecutionTransactionHash, FakeChain.HashOf("execution"))
                    .SetProperty(output => output.ExecutionBlockNumber, 15ul)
                    .SetProperty(output => output.ExecutionBlockHash, FakeChain.HashOf("replaced"))
                    .SetProperty(output => output.IsProvisional, true)
            )
        );
        await using var next = await _host.RestartAsync();
        // Not while the node lacks the head.
        Chain.HasBlock = number => number < 30;
        await next.PassAsync(30);
        (await OutputsAsync()).Single().IsProvisional.ShouldBeTrue();
        Chain.HasBlock = _ => true;
        await next.PassAsync(31);
        ((await OutputsAsync()).Single() is { ExecutionTransactionHash: null, IsProvisional: false }).ShouldBeTrue();
    }

    [Fact]
    public async Task An_executed_output_gets_the_hash_of_its_transaction()
    {
        await AddOutputAsync(0, [1]);
        await AddOutputAsync(1, [2]);
        var log = Chain.ExecuteOutput(_app.Address, 25, 1, [2]);
        (await _host.PassAsync(30)).Done.ShouldBe(1);
        (await OutputsAsync()).Select(output => output.ExecutionTransactionHash).ShouldBe([null, log.TransactionHash]);
        (await _host.ApplicationAsync("echo")).LastOutputCheckBlock.ShouldBe(30ul);
        (await _host.PassAsync(31)).Done.ShouldBe(0);
        Chain.Filters.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Without_outputs_L1_is_not_asked_and_the_cursor_stays()
    {
        Chain.ExecuteOutput(_app.Address, 25, 0, [1]);
        Chain.Batches.Clear();
        await _host.PassAsync(30);
        Chain.Batches.ShouldBe([1]);
        Chain.Filters.ShouldBeEmpty();
        (await _host.ApplicationAsync("echo")).LastOutputCheckBlock.ShouldBe(0ul);
    }

    [Fact]
    public async Task An_output_that_the_machine_has_not_made_yet_is_waited_for_without_moving_the_cursor()
    {
        await AddOutputAsync(0, [1]);
        Chain.ExecuteOutput(_app.Address, 22, 0, [1]);
        var log = Chain.ExecuteOutput(_app.Address, 25, 1, [2]);
        await _host.PassAsync(30);
        (await _host.ApplicationAsync("echo")).LastOutputCheckBlock.ShouldBe(0ul);
        (await OutputsAsync()).ShouldHaveSingleItem().ExecutionTransactionHash.ShouldNotBeNull();
        Chain.Filters.Clear();
        await _host.PassAsync(31);
        Chain.Filters.ShouldBeEmpty();

        await AddOutputAsync(1, [2]);
        await _host.PassAsync(31);
        (await OutputsAsync())[1].ExecutionTransactionHash.ShouldBe(log.TransactionHash);
        (await _host.ApplicationAsync("echo")).LastOutputCheckBlock.ShouldBe(31ul);
    }

    [Fact]
    public async Task Executions_of_a_long_time_are_read_in_steps_each_of_them_once_and_hold_up_no_other_application()
    {
        for (ulong i = 0; i < 10; i++)
        {
            await AddOutputAsync(i, [(byte)i]);
            Chain.ExecuteOutput(_app.Address, 50 + (i * 100), i, [(byte)i]);
        }

        var other = await _host.AddAsync("other", 2, cursor: 1_990);
        Chain.AddInput(InputBox, other.Address, 2_000);
        Chain.BlocksPerStep = 200;
        (await _host.PassAsync(2_000)).MoreDue.ShouldBeTrue();
        (await _host.InputsAsync(other)).ShouldHaveSingleItem();

        Chain.FailLogs = _ => new EthereumRpcException("eth_getLogs", -32000, "no");
        (await _host.PassAsync(2_000)).MoreDue.ShouldBeFalse();
        Chain.FailLogs = _ => null;
        while ((await _host.PassAsync(2_000)).MoreDue)
            Chain.Filters.Count.ShouldBeLessThan(20);

        (await OutputsAsync()).ShouldAllBe(output => output.ExecutionTransactionHash != null);
        (await _host.ApplicationAsync("echo")).LastOutputCheckBlock.ShouldBe(2_000ul);
        // Up to the last of them, as the counter then proves: one step was refused once.
        ExecutionRanges()
            .Select(filter => (filter.FromBlock, filter.ToBlock))
            .ShouldBe([(6, 205), (206, 405), (206, 405), (406, 605), (606, 805), (806, 1_005)]);
    }

    [Fact]
    public async Task During_a_catch_up_the_blocks_before_an_awaited_output_are_not_read_again()
    {
        for (ulong i = 0; i < 10; i++)
            Chain.ExecuteOutput(_app.Address, 30 + i, i, [(byte)i]);
        for (ulong i = 0; i < 10; i++)
        {
            await AddOutputAsync(i, [(byte)i]);
            await _host.PassAsync(100 + i);
        }

        (await OutputsAsync()).ShouldAllBe(output => output.ExecutionTransactionHash != null);
        ExecutionRanges().Select(filter => filter.FromBlock).ShouldBe([6ul, .. Enumerable.Range(31, 9).Select(block => (ulong)block)]);
        (await _host.ApplicationAsync("echo")).LastOutputCheckBlock.ShouldBe(109ul);
    }

    private List<LogFilter> ExecutionRanges() =>
        [.. Chain.Filters.Where(filter => filter.Topics[0]!.Contains(ApplicationContract.OutputExecutedTopic))];

    [Fact]
    public async Task Executed_bytes_that_are_not_ours_make_the_application_inoperable()
    {
        await AddOutputAsync(0, [1]);
        await AddOutputAsync(1, [2]);
        Chain.ExecuteOutput(_app.Address, 24, 0, [1]);
        Chain.ExecuteOutput(_app.Address, 25, 1, [3]);
        await _host.PassAsync(30);
        var stored = await _host.ApplicationAsync("echo");
        (stored.State, stored.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Diverged));
        stored.Reason!.ShouldContain(Keccak256.Hash([3]).ToString());
        stored.Reason!.ShouldContain(Keccak256.Hash([2]).ToString());
        stored.LastOutputCheckBlock.ShouldBe(0ul);
        (await OutputsAsync()).ShouldAllBe(output => output.ExecutionTransactionHash == null);
        (await _host.EventsAsync())[^1].ShouldBe("AppInoperable");
        Chain.Filters.Clear();
        await _host.PassAsync(31);
        Chain.Filters.ShouldBeEmpty();
    }

    [Fact]
    public async Task Executed_outputs_of_many_applications_are_read_in_one_call()
    {
        await AddOutputAsync(0, [1]);
        var other = await _host.AddAsync("other", 2);
        Chain.AddInput(InputBox, other.Address, 13);
        await _host.PassAsync(22);
        await AddOutputAsync(0, [5], other);
        Chain.Filters.Clear();
        Chain.ExecuteOutput(_app.Address, 25, 0, [1]);
        Chain.ExecuteOutput(other.Address, 26, 0, [5]);
        (await _host.PassAsync(30)).Done.ShouldBe(2);
        Chain.Filters.ShouldHaveSingleItem().Addresses.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_log_that_the_node_withholds_leaves_the_cursor()
    {
        await AddOutputAsync(0, [1]);
        await AddOutputAsync(1, [2]);
        Chain.ExecuteOutput(_app.Address, 24, 0, [1]);
        var hidden = Chain.ExecuteOutput(_app.Address, 25, 1, [2]);
        Chain.Visible = log => log != hidden;
        await _host.PassAsync(30);
        (await _host.ApplicationAsync("echo")).LastOutputCheckBlock.ShouldBe(0ul);
        _host.Log.Of(LogLevel.Error).ShouldBeEmpty();
        _host
            .Log.Of(LogLevel.Debug)
            .ShouldContain(line => line.Contains("after reading the logs 1 are recorded", StringComparison.Ordinal));
        Chain.Visible = _ => true;
        await _host.PassAsync(30);
        (await OutputsAsync())[1].ExecutionTransactionHash.ShouldBe(hidden.TransactionHash);
    }

    [Fact]
    public async Task A_restart_knows_what_was_executed_before()
    {
        await AddOutputAsync(0, [1]);
        Chain.ExecuteOutput(_app.Address, 24, 0, [1]);
        await _host.PassAsync(30);
        Chain.Filters.Clear();
        await using var restarted = await _host.RestartAsync();
        (await restarted.PassAsync(31)).Done.ShouldBe(0);
        Chain.Filters.ShouldBeEmpty();
    }

    private Task<List<Output>> OutputsAsync() =>
        _host.ReadAsync(db => db.Outputs.AsNoTracking().OrderBy(output => output.Index).ToListAsync());

    private Task<int> AddOutputAsync(ulong index, byte[] data, Application? app = null) =>
        _host.ChangeAsync(db =>
        {
            db.Add(
                new Output
                {
                    ApplicationId = (app ?? _app).Id,
                    Index = index,
                    InputIndex = 0,
                    EpochIndex = 1,
                    RawData = data,
                }
            );
            return db.SaveChangesAsync();
        });
}
