using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;
using Rollups.Transactions;

namespace Rollups.Prt.Tests;

/// <summary>
/// L1 replaces the block by which an epoch was judged before the verdict is stored. DIVERGED is final, so only what L1 still has may
/// cause it.
/// </summary>
public sealed class VoidVerdictTests : IAsyncLifetime
{
    private readonly FakeChain _chain = new() { Automine = true, FinalLag = 500 };
    private FakeDave _dave = null!;
    private ServiceHost _host = null!;
    private Application _app = null!;
    private DaveStory _story = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _dave = new FakeDave(_chain);
        _dave.Mine();
        _host = await PrtService.CreateAsync(_chain, new FakeSigner(FakeChain.AddressOf(1)));
        _app = await _host.AddApplicationAsync();
        _story = new DaveStory(_host, _app, _chain, _dave);
        await _story.ReadAsync(2);
        await _story.CalculateAsync();
        await _host.PassAsync<ResolveTournamentEpochs>();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_epoch_whose_join_was_taken_back_meanwhile_is_not_rejected()
    {
        var judged = await EpochAsync();
        judged.Status.ShouldBe(EpochStatus.ClaimSubmitted);

        await TakeBackAsync(judged.ClaimBlockNumber, judged.ClaimBlockHash);

        (await EpochAsync()).Status.ShouldBe(EpochStatus.ClaimCalculated);
        await ShouldStopNothingAsync(judged);
    }

    /// <summary>The join is still there, so the epoch stays in its round.</summary>
    [Fact]
    public async Task An_epoch_whose_settlement_was_taken_back_meanwhile_is_not_rejected()
    {
        _dave.Mine(FakeDave.Allowance + 1);
        await _host.PassAsync<ResolveTournamentEpochs>();
        await _story.ReadAsync(2);
        var judged = await EpochAsync();
        judged.Status.ShouldBe(EpochStatus.ClaimSubmitted);

        await TakeBackAsync(judged.SettlementBlockNumber, judged.SettlementBlockHash);

        (await EpochAsync()).ClaimRound.ShouldBe(judged.ClaimRound);
        await ShouldStopNothingAsync(judged);
    }

    private async Task ShouldStopNothingAsync(Epoch judged)
    {
        var record = _host.Services.GetRequiredService<RecordOutcomes>();
        (await record.RejectedAsync(_app, judged, null, InoperableKind.Diverged, "another result", Cancel)).ShouldBeFalse();
        (await record.HaltedAsync(_app, judged, InoperableKind.Corrupted, "a proof", Cancel)).ShouldBeFalse();

        (await EpochAsync()).Status.ShouldNotBe(EpochStatus.ClaimRejected);
        (await _host.ApplicationAsync(_app)).State.ShouldBe(ApplicationState.Enabled);
        (await _host.EventsAsync()).ShouldNotContain("AppInoperable");
    }

    private async Task TakeBackAsync(ulong? block, Hash32? hash) =>
        (
            await _host
                .Services.GetRequiredService<TakeClaimsBack>()
                .RunAsync(_app.Id, [0], new HashSet<ReadBlock> { new(block!.Value, hash!.Value) }, Cancel)
        ).ShouldBe(_app.Address);

    private Task<Epoch> EpochAsync() => _host.ReadAsync(db => db.Epochs.AsNoTracking().SingleAsync(row => row.Index == 0, Cancel));
}
