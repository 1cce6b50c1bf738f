using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Prt.Tests;

/// <summary>An operator disabled the application: a tournament that it has joined is played to its end, and none is joined.</summary>
public sealed class DisabledApplicationTests : IAsyncLifetime
{
    private readonly FakeChain _chain = new() { Automine = true };
    private FakeDave _dave = null!;
    private ServiceHost _host = null!;
    private Application _app = null!;
    private DaveStory _story = null!;

    public async ValueTask InitializeAsync()
    {
        _dave = new FakeDave(_chain);
        _dave.Mine();
        _host = await PrtService.CreateAsync(_chain, new FakeSigner(FakeChain.AddressOf(1)));
        _app = await _host.AddApplicationAsync();
        _story = new DaveStory(_host, _app, _chain, _dave);
        await _story.ReadAsync(2);
        await _story.CalculateAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task No_tournament_is_joined_and_after_enabling_it_is()
    {
        await _host.SetStateAsync(_app, ApplicationState.Disabled);

        await PassAsync(2);
        _dave.Joins.ShouldBeEmpty();

        await _host.SetStateAsync(_app);
        await PassAsync(1);
        _dave.Joins.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_joined_tournament_is_settled_and_the_next_one_is_not_joined()
    {
        await PassAsync(1);
        _dave.Joins.Count.ShouldBe(1);

        await _host.SetStateAsync(_app, ApplicationState.Disabled);
        await PassAsync(4);

        (await StatusAsync(0)).ShouldBe(EpochStatus.ClaimAccepted);
        _dave.Sent().ShouldBe([(0UL, "join"), (0UL, "settlement")]);
        (await StatusAsync(1)).ShouldBe(EpochStatus.ClaimCalculated);
    }

    private Task<EpochStatus> StatusAsync(ulong epoch) =>
        _host.ReadAsync(db =>
            db.Epochs.Where(row => row.Index == epoch).Select(row => row.Status).SingleAsync(TestContext.Current.CancellationToken)
        );

    /// <summary>A sync each, and between them the time in which a tournament closes.</summary>
    private async Task PassAsync(int syncs)
    {
        for (var sync = 0; sync < syncs; sync++)
        {
            await _host.PassAsync<ResolveTournamentEpochs>();
            _dave.Mine(FakeDave.Allowance + 1);
            await _story.ReadAsync(2);
            await _story.CalculateAsync();
        }
    }
}
