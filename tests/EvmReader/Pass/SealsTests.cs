using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Pass;

/// <summary>Epochs that a DaveConsensus seals, on a chain in memory.</summary>
public sealed class SealsTests
{
    private static readonly Address InputBox = FakeChain.AddressOf(9);

    [Fact]
    public async Task Epochs_open_and_close_with_the_seals_and_each_seal_settles_the_one_before()
    {
        await using var host = await ReaderService.CreateAsync();
        var app = await AddAsync(host, "dave", 1);
        host.Chain.AddInput(InputBox, app.Address, 5);
        host.Chain.Seal(app.ConsensusAddress, 8, upper: 1);
        host.Chain.AddInput(InputBox, app.Address, 12);
        (await host.PassAsync(15)).Done.ShouldBe(1);
        // An input before and one behind the seal, in its block.
        host.Chain.AddInput(InputBox, app.Address, 20);
        var second = host.Chain.Seal(app.ConsensusAddress, 20, upper: 3, result: "what epoch 0 ended in");
        host.Chain.AddInput(InputBox, app.Address, 20);
        await host.PassAsync(25);

        var epochs = await host.EpochsAsync(app);
        epochs
            .Select(epoch =>
                (epoch.Index, epoch.Status, epoch.FirstBlock, epoch.LastBlock, epoch.InputIndexLowerBound, epoch.InputIndexUpperBound)
            )
            .ShouldBe([
                (0UL, EpochStatus.Closed, 5UL, 8UL, 0UL, 1UL),
                (1UL, EpochStatus.Closed, 8UL, 20UL, 1UL, 3UL),
                (2UL, EpochStatus.Open, 20UL, 20UL, 3UL, 4UL),
            ]);
        (epochs[0].SettledMachineHash, epochs[0].SettlementTransactionHash, epochs[0].TournamentAddress).ShouldBe(
            (FakeChain.HashOf("what epoch 0 ended in"), second.TransactionHash, FakeChain.AddressOf(900))
        );
        epochs[1].SettlementTransactionHash.ShouldBeNull();
        (await host.InputsAsync(app)).Select(input => input.EpochIndex).ShouldBe([0UL, 1UL, 1UL, 2UL]);
        (await host.EventsAsync()).ShouldBe([
            "EpochOpened",
            "EpochOpened",
            "InputReceived",
            "EpochClosed",
            "EpochOpened",
            "InputReceived",
            "EpochClosed",
        ]);
        (await host.ApplicationAsync("dave")).LastEpochCheckBlock.ShouldBe(25UL);
    }

    [Fact]
    public async Task Several_seals_in_one_block_make_empty_epochs_that_are_settled_at_once()
    {
        await using var host = await ReaderService.CreateAsync();
        var app = await AddAsync(host, "dave", 1);
        host.Chain.Seal(app.ConsensusAddress, 8, upper: 0);
        host.Chain.Seal(app.ConsensusAddress, 8, upper: 0);
        host.Chain.Seal(app.ConsensusAddress, 8, upper: 0);
        await host.PassAsync(10);

        var epochs = await host.EpochsAsync(app);
        epochs
            .Select(epoch => (epoch.Status, epoch.SettlementTransactionHash is not null))
            .ShouldBe([(EpochStatus.Closed, true), (EpochStatus.Closed, true), (EpochStatus.Closed, false), (EpochStatus.Open, false)]);
    }

    [Fact]
    public async Task Nothing_is_stored_while_the_contract_has_sealed_more_than_the_logs_show()
    {
        await using var host = await ReaderService.CreateAsync();
        var app = await AddAsync(host, "dave", 1);
        host.Chain.Seal(app.ConsensusAddress, 8, upper: 0);
        host.Chain.AddInput(InputBox, app.Address, 9);
        var hidden = host.Chain.Seal(app.ConsensusAddress, 9, upper: 1);
        host.Chain.Visible = log => log != hidden;
        await host.PassAsync(12);

        (await host.EpochsAsync(app)).ShouldBeEmpty();
        (await host.InputsAsync(app)).ShouldBeEmpty();
        host.Log.Of(LogLevel.Error).ShouldBeEmpty();
        host.Log.Of(LogLevel.Debug).ShouldContain(line => line.Contains("the contract names epoch 1", StringComparison.Ordinal));

        host.Chain.Visible = _ => true;
        await host.PassAsync(13);
        (await host.EpochsAsync(app)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Many_applications_are_read_in_one_call_and_idle_ones_in_none()
    {
        await using var host = await ReaderService.CreateAsync();
        List<Application> apps = [];
        for (var i = 1; i <= 20; i++)
            apps.Add(await AddAsync(host, $"dave-{i}", i));
        foreach (var app in apps)
            host.Chain.Seal(app.ConsensusAddress, 8, upper: 0);
        await host.PassAsync(10);
        host.Chain.Filters.Count(filter => filter.Topics[0]!.Contains(DaveConsensusContract.EpochSealedTopic)).ShouldBe(1);

        host.Chain.Filters.Clear();
        (await host.PassAsync(11)).Done.ShouldBe(0);
        host.Chain.Filters.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_backlog_in_several_steps_and_a_restart_give_the_same_epochs()
    {
        await using var host = await ReaderService.CreateAsync(
            ("Services:EvmReader:MaxInputsPerScan", "3"),
            ("Services:EvmReader:MaxInputsPerTransaction", "2")
        );
        var app = await AddAsync(host, "dave", 1);
        for (var i = 0UL; i < 20; i++)
        {
            host.Chain.AddInput(InputBox, app.Address, 6 + i);
            if (i % 6 == 5)
                host.Chain.Seal(app.ConsensusAddress, 6 + i, upper: i + 1);
        }

        await host.PassAsync(40);
        await using var next = await host.RestartAsync(
            ("Services:EvmReader:MaxInputsPerScan", "3"),
            ("Services:EvmReader:MaxInputsPerTransaction", "2")
        );
        while ((await next.PassAsync()).MoreDue) { }

        (await next.EpochsAsync(app))
            .Select(epoch => (epoch.InputIndexUpperBound, epoch.Status))
            .ShouldBe([(6UL, EpochStatus.Closed), (12UL, EpochStatus.Closed), (18UL, EpochStatus.Closed), (20UL, EpochStatus.Open)]);
        (await next.InputsAsync(app)).Select(input => input.EpochIndex).ShouldBe(Enumerable.Range(0, 20).Select(i => (ulong)(i / 6)));
    }

    [Theory]
    [InlineData("finalized", 0)]
    [InlineData("latest", 32)]
    public async Task Seals_of_a_long_time_are_read_in_steps_each_of_them_once_and_hold_up_no_other_application(string tag, int again)
    {
        await using var host = await ReaderService.CreateAsync(("Ethereum:DefaultBlock", tag));
        var old = await AddAsync(host, "dave", 1);
        host.Chain.AddInput(InputBox, old.Address, 7);
        for (var i = 0UL; i < 30; i++)
            host.Chain.Seal(old.ConsensusAddress, 8 + (i * 100), upper: 1);
        var other = await host.AddAsync("echo", 2, cursor: 2_990);
        host.Chain.AddInput(InputBox, other.Address, 3_000);
        host.Chain.BlocksPerStep = 200;
        (await host.PassAsync(3_000)).MoreDue.ShouldBeTrue();
        (await host.InputsAsync(other)).ShouldHaveSingleItem();

        host.Chain.FailLogs = _ => new EthereumRpcException("eth_getLogs", -32000, "no");
        (await host.PassAsync(3_000)).MoreDue.ShouldBeFalse();
        host.Chain.FailLogs = _ => null;
        for (var pass = 0; (await host.PassAsync(3_000)).MoreDue; pass++)
            pass.ShouldBeLessThan(50);

        var epochs = await host.EpochsAsync(old);
        epochs.Count.ShouldBe(31);
        epochs.Count(epoch => epoch.Status == EpochStatus.Closed).ShouldBe(30);
        (await host.InputsAsync(old)).ShouldHaveSingleItem().EpochIndex.ShouldBe(0UL);
        var read = SealRanges(host);
        read.Count.ShouldBeLessThan(20);
        read.Sum(filter => (long)(filter.ToBlock - filter.FromBlock + 1)).ShouldBeLessThan(3_000 + (20 * (again + 200)));
        read.ShouldAllBe(filter => filter.ToBlock - filter.FromBlock < 200 + (ulong)again);
    }

    [Fact]
    public async Task A_seal_whose_log_is_late_makes_the_reader_read_the_last_step_again_and_no_other()
    {
        await using var host = await ReaderService.CreateAsync();
        var app = await AddAsync(host, "dave", 1);
        for (var i = 0UL; i < 10; i++)
            host.Chain.Seal(app.ConsensusAddress, 8 + (i * 100), upper: 0);
        var late = host.Chain.Logs[^1];
        host.Chain.Visible = log => log != late;
        host.Chain.BlocksPerStep = 100;
        for (var pass = 0; (await host.PassAsync(910)).MoreDue; pass++)
            pass.ShouldBeLessThan(20);
        (await host.EpochsAsync(app)).ShouldBeEmpty();
        host.Chain.Filters.Clear();
        host.Chain.Visible = _ => true;

        await host.PassAsync(911);

        (await host.EpochsAsync(app)).Count.ShouldBe(11);
        SealRanges(host).ShouldHaveSingleItem().FromBlock.ShouldBeGreaterThan(900UL);
    }

    [Fact]
    public async Task While_inputs_are_read_in_steps_the_seals_before_them_are_not_read_again()
    {
        await using var host = await ReaderService.CreateAsync();
        var app = await AddAsync(host, "dave", 1);
        for (var i = 0UL; i < 20; i++)
        {
            host.Chain.AddInput(InputBox, app.Address, 20 + (i * 100));
            host.Chain.Seal(app.ConsensusAddress, 50 + (i * 100), upper: i + 1);
        }

        host.Chain.BlocksPerStep = 150;
        for (var pass = 0; (await host.PassAsync(2_000)).MoreDue; pass++)
            pass.ShouldBeLessThan(100);

        (await host.EpochsAsync(app)).Count(epoch => epoch.Status == EpochStatus.Closed).ShouldBe(20);
        (await host.InputsAsync(app)).Select(input => input.EpochIndex).ShouldBe(Enumerable.Range(0, 20).Select(i => (ulong)i));
        SealRanges(host).Sum(filter => (long)filter.ToBlock - (long)filter.FromBlock + 1).ShouldBeLessThan(2_500);
    }

    private static List<LogFilter> SealRanges(ServiceHost host) =>
        [.. host.Chain.Filters.Where(filter => filter.Topics[0]!.Contains(DaveConsensusContract.EpochSealedTopic))];

    [Fact]
    public async Task Progress_of_a_sealed_epoch_is_kept_when_its_seal_is_read_again()
    {
        await using var host = await ReaderService.CreateAsync();
        var app = await AddAsync(host, "dave", 1);
        host.Chain.Seal(app.ConsensusAddress, 8, upper: 0);
        await host.PassAsync(10);
        var proof = new byte[59 * 32];
        var root = FakeChain.HashOf("state");
        await host.ChangeAsync(db =>
            db.MoveEpochAsync(
                app.Id,
                0,
                EpochStatus.Closed,
                EpochStatus.InputsProcessed,
                default,
                set =>
                    set.SetProperty(row => row.MachineHash, root)
                        .SetProperty(row => row.OutputsMerkleRoot, root)
                        .SetProperty(row => row.OutputsMerkleProof, proof)
                        .SetProperty(row => row.IflagsYBlock, root)
                        .SetProperty(row => row.IflagsYProof, proof)
                        .SetProperty(row => row.TohostBlock, root)
                        .SetProperty(row => row.TohostProof, proof),
                TestContext.Current.CancellationToken
            )
        );
        await host.ChangeAsync(db =>
            db.Applications.ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LastEpochCheckBlock, 0UL),
                TestContext.Current.CancellationToken
            )
        );
        host.Chain.Seal(app.ConsensusAddress, 12, upper: 0);
        await host.PassAsync(14);

        var epochs = await host.EpochsAsync(app);
        epochs.Select(epoch => epoch.Status).ShouldBe([EpochStatus.InputsProcessed, EpochStatus.Closed, EpochStatus.Open]);
        epochs[0].SettlementTransactionHash.ShouldNotBeNull();
    }

    private static Task<Application> AddAsync(ServiceHost host, string name, int number) =>
        host.AddAsync(name, number, epochLength: 0, consensus: ConsensusType.Prt);
}
