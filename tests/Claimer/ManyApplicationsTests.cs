using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Claimer.Tests;

/// <summary>Many applications, an Authority each, with a claim under way at the same time.</summary>
public sealed class ManyApplicationsTests : IAsyncLifetime
{
    private const int Count = 20;
    private static readonly Address Us = FakeChain.AddressOf(1);
    private readonly FakeChain _chain = new() { Automine = false };
    private readonly List<(Application Row, FakeConsensus Consensus)> _applications = [];
    private ServiceHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await ClaimerService.CreateAsync(_chain, new FakeSigner(Us));
        for (var i = 0; i < Count; i++)
        {
            var consensus = _chain.Deploy(new FakeConsensus(FakeChain.AddressOf(100 + i), SeededRows.EpochLength) { Owner = Us });
            var row = await _host.AddApplicationAsync($"echo-{i}", FakeChain.AddressOf(10 + i), consensus.Address);
            await _host.AddEpochAsync(row, 3, RootOf(i));
            _applications.Add((row, consensus));
        }
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_head_costs_as_many_searches_as_for_one_application()
    {
        await _host.PassAsync();
        _chain.Sent.Count.ShouldBe(Count);
        _chain.Mine();
        _chain.Filters.Clear();
        _chain.Batches.Clear();

        (await _host.PassAsync()).ShouldBe(Count);

        _chain.Filters.Count.ShouldBe(2);
        _chain.Batches.ShouldBe([Count]);
        foreach (var (row, _) in _applications)
            (await _host.StatusAsync(row, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        (await _host.EventsAsync()).Count(name => name == "EpochClaimAccepted").ShouldBe(Count);
    }

    [Fact]
    public async Task Each_is_judged_by_its_own_claims()
    {
        ClaimOf(4, FakeChain.HashOf("another root"));
        ClaimOf(5, RootOf(5));
        _chain.Mine();

        (await _host.PassAsync()).ShouldBe(2);

        (await _host.ApplicationAsync(_applications[4].Row)).ReasonKind.ShouldBe(InoperableKind.Diverged);
        (await _host.StatusAsync(_applications[5].Row, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        _chain.Sent.Count.ShouldBe(Count - 2);
    }

    [Fact]
    public async Task A_log_that_cannot_be_read_together_stops_nobody_else()
    {
        var odd = _applications[7].Row;
        _chain.FailLogs = filter =>
            filter.Addresses.Contains(odd.ConsensusAddress)
                ? new EthereumRpcException("eth_getLogs", -32000, "this contract has no index")
                : null;

        await _host.Services.GetRequiredService<SettleClaims>().FindDueAsync(Cancel);
        foreach (var (row, _) in _applications.Where(one => one.Row.Id != odd.Id))
            await _host.TurnAsync<SettleClaims>(row);

        _chain.Sent.Count.ShouldBe(Count - 1);
        var failure = await Should.ThrowAsync<EthereumRpcException>(() => _host.TurnAsync<SettleClaims>(odd));
        failure.Message.ShouldContain("this contract has no index");
    }

    [Fact]
    public async Task What_was_read_ahead_of_one_run_is_not_used_by_the_next()
    {
        var first = _applications[0].Row;
        await _host.Services.GetRequiredService<SettleClaims>().FindDueAsync(Cancel);
        await _host.TurnAsync<SettleClaims>(first);
        _chain.Mine();

        (await _host.TurnAsync<SettleClaims>(first)).Done.ShouldBe(1);

        (await _host.StatusAsync(first, 3)).ShouldBe(EpochStatus.ClaimAccepted);
    }

    [Fact]
    public async Task An_application_that_names_another_consensus_stops_alone()
    {
        var moved = _applications[9].Row;
        _chain.Deploy(moved.Address).Says("getOutputsMerkleRootValidator()", FakeChain.Words(AbiValue.Of(FakeChain.AddressOf(99))));

        (await _host.PassAsync()).ShouldBe(1);

        (await _host.ApplicationAsync(moved)).Reason!.ShouldContain("consensus_changed");
        _chain.Sent.Count.ShouldBe(Count - 1);

        // It stays due, and nothing is searched for it any more.
        _chain.Filters.Clear();
        _chain.Mine(300);
        await _host.PassAsync();
        _chain.Filters.ShouldNotBeEmpty();
        _chain.Filters.ShouldAllBe(filter => !filter.Addresses.Contains(moved.ConsensusAddress));
    }

    [Fact]
    public async Task An_application_with_a_long_search_delays_no_other()
    {
        await _host.PassAsync();
        var late = await _host.AddApplicationAsync("late", FakeChain.AddressOf(60), _applications[0].Consensus.Address);
        await _host.AddEpochAsync(late, 3, RootOf(60));
        _chain.Mine(50_000);
        foreach (var (row, _) in _applications)
            await _host.TurnAsync<SettleClaims>(row);
        _chain.Mine();
        _chain.Filters.Clear();

        await _host.Services.GetRequiredService<SettleClaims>().FindDueAsync(Cancel);

        _chain.Filters.ShouldAllBe(filter => filter.ToBlock - filter.FromBlock <= 1_000);
    }

    private static Hash32 RootOf(int application) => FakeChain.HashOf($"root {application}");

    private void ClaimOf(int application, Hash32 root)
    {
        var (row, consensus) = _applications[application];
        _chain.Send(
            Us,
            consensus.Address,
            ConsensusContract.SubmitClaim(row.Address, (3 * SeededRows.EpochLength) + SeededRows.EpochLength - 1, root)
        );
    }
}
