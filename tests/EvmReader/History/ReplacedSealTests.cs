using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.History;

/// <summary>L1 has other seals than those that were read.</summary>
public sealed class ReplacedSealTests : IAsyncLifetime
{
    private static readonly Address InputBox = FakeChain.AddressOf(9);
    private ServiceHost _host = null!;
    private Application _app = null!;

    private FakeChain Chain => _host.Chain;

    public async ValueTask InitializeAsync()
    {
        _host = await ReaderService.CreateAsync(("Ethereum:DefaultBlock", "latest"));
        _app = await _host.AddAsync("dave", 1, epochLength: 0, consensus: ConsensusType.Prt);
        Chain.AddInput(InputBox, _app.Address, 6);
        Chain.AddInput(InputBox, _app.Address, 6);
        Chain.Seal(_app.ConsensusAddress, 8, upper: 1);
        await _host.PassAsync(10);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_seal_that_was_replaced_stops_the_application_with_both_values()
    {
        Chain.Reorganise(8);
        Chain.Seal(_app.ConsensusAddress, 8, upper: 2);
        await _host.PassAsync(11);

        (await StoppedAsync()).ShouldContain("epoch 0 is stored as sealed with the inputs 0 to 1, exclusive");
        (await StoppedAsync()).ShouldContain("the contract returns 0 to 2");
    }

    [Fact]
    public async Task A_seal_that_was_replaced_and_followed_by_others_is_found_far_below_them()
    {
        await _host.PassAsync(200);
        Chain.Reorganise(8);
        Chain.Seal(_app.ConsensusAddress, 8, upper: 2);
        Chain.Seal(_app.ConsensusAddress, 201, upper: 2);
        await _host.PassAsync(201);

        (await StoppedAsync()).ShouldContain("epoch 0 is stored with the inputs 0 to 1, exclusive, block 8");
        (await StoppedAsync()).ShouldContain("it was sealed with 0 to 2, block 8");
    }

    [Fact]
    public async Task A_seal_that_is_gone_waits_until_its_settlement_is_taken_back_and_is_stored_again_where_L1_has_it_then()
    {
        Chain.Seal(_app.ConsensusAddress, 12, upper: 2);
        await _host.PassAsync(13);
        Chain.Reorganise(11);
        await _host.PassAsync(14);
        await _host.PassAsync(14);
        InDoubt().ShouldHaveSingleItem();
        (await _host.ApplicationAsync("dave")).State.ShouldBe(ApplicationState.Enabled);
        (await _host.EpochsAsync(_app))[0].SettlementBlockNumber.ShouldBe(12ul);

        // What prt does once it has seen that the block is gone.
        await _host.ChangeAsync(db =>
            db.Epochs.Where(row => row.Index == 0)
                .ExecuteUpdateAsync(set =>
                    set.SetProperty(row => row.SettledMachineHash, (Hash32?)null)
                        .SetProperty(row => row.SettledOutputsMerkleRoot, (Hash32?)null)
                        .SetProperty(row => row.SettlementTransactionHash, (Hash32?)null)
                        .SetProperty(row => row.SettlementBlockNumber, (ulong?)null)
                        .SetProperty(row => row.SettlementBlockHash, (Hash32?)null)
                        .SetProperty(row => row.IsProvisional, false)
                )
        );
        await _host.PassAsync(15);
        InDoubt().ShouldHaveSingleItem();
        _host.Log.Of(LogLevel.Information).ShouldContain(line => line.StartsWith("The stored seals of application dave"));
        var told = (await _host.EventsAsync()).Count;
        var seal = Chain.Seal(_app.ConsensusAddress, 16, upper: 2, tournament: FakeChain.AddressOf(77));
        await _host.PassAsync(17);

        var epochs = await _host.EpochsAsync(_app);
        (await _host.ApplicationAsync("dave")).State.ShouldBe(ApplicationState.Enabled);
        (epochs[0].SettlementTransactionHash, epochs[0].SettlementBlockNumber, epochs[0].IsProvisional).ShouldBe(
            (seal.TransactionHash, 16ul, true)
        );
        (epochs[1].LastBlock, epochs[1].TournamentAddress).ShouldBe((16ul, FakeChain.AddressOf(77)));
        epochs[2].FirstBlock.ShouldBe(16ul);
        // Prt waits for it, as for the first.
        (await _host.EventsAsync())
            .Skip(told)
            .ShouldBe(["EpochClosed"]);
    }

    [Fact]
    public async Task A_head_below_the_seal_says_nothing_about_it()
    {
        Chain.Seal(_app.ConsensusAddress, 12, upper: 2);
        await _host.PassAsync(13);
        await _host.PassAsync(11);

        (await _host.ApplicationAsync("dave")).State.ShouldBe(ApplicationState.Enabled);
    }

    private IEnumerable<string> InDoubt() => _host.Log.Of(LogLevel.Warning).Where(line => line.Contains("can still be replaced"));

    private async Task<string> StoppedAsync()
    {
        var app = await _host.ApplicationAsync("dave");
        (app.State, app.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Corrupted));
        return app.Reason.ShouldNotBeNull();
    }
}
