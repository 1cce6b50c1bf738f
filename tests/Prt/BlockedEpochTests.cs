using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Prt.Tests;

/// <summary>
/// A match that nobody can win holds up an epoch: gauge and log say so until it is gone, whatever the node itself does meanwhile, and no
/// longer.
/// </summary>
public sealed class BlockedEpochTests : IAsyncLifetime
{
    private static readonly Address Us = FakeChain.AddressOf(1),
        Stranger = FakeChain.AddressOf(2);

    private readonly FakeChain _chain = new();
    private readonly RecordedMeasurements _measured = new("rollups.prt.blocked");
    private readonly string _name = $"blocked-{Guid.NewGuid():N}";
    private FakeDave _dave = null!;
    private ServiceHost _host = null!;
    private Application _app = null!;
    private DaveStory _story = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _dave = new FakeDave(_chain);
        _chain.Mine();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _measured.Dispose();
        if (_host is not null)
            await _host.DisposeAsync();
    }

    [Fact]
    public async Task The_gauge_grows_and_the_log_repeats_while_the_nodes_elimination_is_not_mined()
    {
        await StartAsync(sends: true);
        await PassAsync();
        _dave.Joins.Count.ShouldBe(1);
        var dispute = new FakeDispute(_chain, _dave, lapsesIn: 40);
        (_chain.Automine, _chain.LeastFee) = (false, ulong.MaxValue);
        _chain.Mine(40);

        await PassAsync();
        _chain.Pool.ShouldBe(1);
        Blocked.ShouldBe(0);
        foreach (var blocks in new[] { 5, 60 })
        {
            _chain.Mine((ulong)blocks - (ulong)Blocked);
            await PassAsync();
            Blocked.ShouldBe(blocks);
        }

        Warnings.Count.ShouldBe(3);
        Warnings[^1].ShouldContain($"the match {FakeDispute.Id} of the tournament {dispute.Tournament} has held up epoch 0 for 60 blocks");
        (_chain.Automine, _chain.LeastFee) = (true, 0);
        _chain.Mine();
        await PassAsync();
        await PassAsync();
        Blocked.ShouldBe(0);
        (await StatusAsync(0)).ShouldBe(EpochStatus.ClaimSubmitted);
    }

    [Fact]
    public async Task The_gauge_grows_while_a_transaction_of_the_epoch_before_is_not_mined()
    {
        await StartAsync(sends: true);
        await PassAsync();
        _chain.Mine(FakeDave.Allowance);
        (_chain.Automine, _chain.LeastFee) = (false, ulong.MaxValue);
        await PassAsync();
        _chain.Pool.ShouldBe(1);
        var (_, outputs, _, _) = DaveStory.ResultOf(0);
        _chain.Send(Stranger, FakeDave.Consensus, DaveConsensusContract.Settle(0, outputs, []));
        await _story.ReadAsync(2);
        await _story.CalculateAsync();
        _ = new FakeDispute(_chain, _dave, lapsesIn: 40);
        _chain.Mine(47);

        await PassAsync();

        (await StatusAsync(0)).ShouldBe(EpochStatus.ClaimAccepted);
        _chain.Pool.ShouldBe(1);
        Blocked.ShouldBe(7);
    }

    [Fact]
    public async Task The_gauge_falls_when_the_epoch_is_rejected()
    {
        await StartAsync(sends: false);
        var dispute = new FakeDispute(_chain, _dave, lapsesIn: 40);
        _chain.Mine(100);
        await PassAsync();
        Blocked.ShouldBe(60);
        Warnings.ShouldHaveSingleItem().ShouldContain("This node does not eliminate it; anybody can, with eliminateMatchByTimeout.");

        dispute.EliminateBy(Stranger);
        await PassAsync();

        (await StatusAsync(0)).ShouldBe(EpochStatus.ClaimRejected);
        Blocked.ShouldBe(0);
    }

    [Fact]
    public async Task The_gauge_falls_when_something_else_stops_the_application()
    {
        await StartAsync(sends: false);
        _ = new FakeDispute(_chain, _dave, lapsesIn: 40);
        _chain.Mine(100);
        await PassAsync();
        Blocked.ShouldBe(60);

        await _host.ChangeAsync(db =>
            db.Applications.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.State, ApplicationState.Inoperable)
                        .SetProperty(row => row.ReasonKind, InoperableKind.Failed)
                        .SetProperty(row => row.Reason, "a fault"),
                Cancel
            )
        );
        await _host.TurnAsync<ResolveTournamentEpochs>(_app);

        Blocked.ShouldBe(0);
    }

    [Fact]
    public async Task A_match_that_somebody_eliminated_above_the_tag_holds_up_nothing()
    {
        await StartAsync(sends: false);
        var dispute = new FakeDispute(_chain, _dave, lapsesIn: 40);
        _chain.Mine(60);
        dispute.EliminateBy(Stranger);
        _chain.Lag = 10;

        await PassAsync();

        (await _host.ReadAsync(db => db.TournamentMatches.AsNoTracking().SingleAsync(Cancel))).Deletion.ShouldBe(MatchDeletion.NotDeleted);
        Blocked.ShouldBe(0);
        Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(15UL)]
    public async Task A_match_whose_inner_tournament_can_decide_it_no_more_holds_up_the_epoch_and_is_eliminated(ulong? winnerHas)
    {
        await StartAsync(sends: true);
        await PassAsync();
        var dispute = new FakeDispute(_chain, _dave, lapsesIn: 40, isBelow: true, winnerHas);
        _chain.Mine(39);
        await PassAsync();
        Blocked.ShouldBe(0);
        (_chain.Automine, _chain.LeastFee) = (false, ulong.MaxValue);

        _chain.Mine();
        await PassAsync();
        _chain.Pool.ShouldBe(1);
        _chain.Mine(30);
        await PassAsync();

        Blocked.ShouldBe(30);
        var (_, _, to, _, data) = FakeSigner.Read(_chain.Signed(_chain.Sent[^1]));
        (to, Hex.Encode(data)).ShouldBe((dispute.Tournament, Hex.Encode(TournamentContract.EliminateInnerTournament(FakeDispute.Inner))));
        Warnings[^1].ShouldContain($"since block {_chain.Head - 30}: the tournament {FakeDispute.Inner} one level down ended");
        Warnings[^1].ShouldEndWith("The node eliminates it.");
        (_chain.Automine, _chain.LeastFee) = (true, 0);
        _chain.Mine();
        await PassAsync();
        await PassAsync();
        Blocked.ShouldBe(0);
        var match = await _host.ReadAsync(db => db.TournamentMatches.AsNoTracking().SingleAsync(Cancel));
        (match.Deletion, match.Winner).ShouldBe((MatchDeletion.ChildTournament, MatchWinner.None));
    }

    private long Blocked => (long)_measured.All.Last(item => item.Series == $"rollups.prt.blocked{{application={_name}}}").Value;

    private IReadOnlyList<string> Warnings =>
        [.. _host.Log.Of(LogLevel.Warning).Where(line => line.Contains("has held up", StringComparison.Ordinal))];

    private async Task StartAsync(bool sends)
    {
        _host = await ServiceHost.CreateAsync(
            new ServiceSetup((services, configuration) => services.AddEthereum(configuration).AddPrt(configuration))
            {
                Chain = _chain,
                Signer = new FakeSigner(Us),
                Settings = [("Ethereum:DefaultBlock", "safe"), ("Services:Prt:SubmissionEnabled", sends ? "true" : "false")],
            }
        );
        _app = await _host.AddApplicationAsync(
            _name,
            FakeChain.AddressOf(10),
            FakeDave.Consensus,
            ConsensusType.Prt,
            with: app => app.EpochLength = 0
        );
        _story = new DaveStory(_host, _app, _chain, _dave);
        await _story.ReadAsync(2);
        await _story.CalculateAsync();
    }

    private Task<int> PassAsync() => _host.PassAsync<ResolveTournamentEpochs>();

    private Task<EpochStatus> StatusAsync(ulong epoch) =>
        _host.ReadAsync(db => db.Epochs.Where(row => row.Index == epoch).Select(row => row.Status).SingleAsync(Cancel));
}
