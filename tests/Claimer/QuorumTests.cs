using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Claimer.Tests;

/// <summary>One of three validators.</summary>
public sealed class QuorumTests : SingleApplication
{
    private static readonly Address Third = FakeChain.AddressOf(3);

    private protected override FakeConsensus Deployment() => new(FakeChain.AddressOf(20), SeededRows.EpochLength, Us, Them, Third);

    [Fact]
    public async Task Our_vote_is_recorded_and_the_majority_accepts_later()
    {
        await Host.AddEpochAsync(Echo, 3, Root);

        (await Host.PassAsync()).ShouldBe(1);
        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimSubmitted);
        (await Host.PassAsync()).ShouldBe(0);
        Claim(Them, 3, Root);
        (await Host.PassAsync()).ShouldBe(1);

        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        (await Host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimAccepted"]);
        (await Host.EpochAsync(Echo, 3)).ClaimTransactionHash.ShouldBe(Chain.Sent.Single());
    }

    [Fact]
    public async Task Our_vote_decides_where_another_has_voted_before()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        Claim(Them, 3, Root);

        (await Host.PassAsync()).ShouldBe(1);

        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        Chain.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_majority_without_us_is_accepted_at_once()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        Claim(Them, 3, Root);
        var decided = Claim(Third, 3, Root);

        (await Host.PassAsync()).ShouldBe(1);

        var epoch = await Host.EpochAsync(Echo, 3);
        (epoch.Status, epoch.ClaimTransactionHash, epoch.AcceptanceTransactionHash).ShouldBe((EpochStatus.ClaimAccepted, null, decided));
        (await Host.EventsAsync()).ShouldBe(["EpochClaimAccepted"]);
        Chain.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_divergent_minority_stops_nothing()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        Claim(Them, 3, OtherRoot);

        await Host.PassAsync();
        Claim(Third, 3, Root);
        await Host.PassAsync();

        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimAccepted);
    }

    [Fact]
    public async Task A_divergent_majority_rejects_the_epoch_and_stops_the_application_together()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Claim(Them, 3, OtherRoot);
        Claim(Third, 3, OtherRoot);

        (await Host.PassAsync()).ShouldBe(1);

        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimRejected);
        await ShouldHaveStoppedAsync(
            InoperableKind.Diverged,
            "quorum_divergence_at_acceptance",
            "epoch 3",
            Root.ToString(),
            OtherRoot.ToString()
        );
        (await Host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimRejected", "AppInoperable"]);
    }

    [Fact]
    public async Task Votes_that_never_reach_a_majority_only_wait()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Claim(Them, 3, OtherRoot);
        Claim(Third, 3, FakeChain.HashOf("a third root"));

        (await Host.PassAsync()).ShouldBe(0);

        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimSubmitted);
        (await Host.ApplicationAsync(Echo)).State.ShouldBe(ApplicationState.Enabled);
        (await Host.PassAsync()).ShouldBe(0);
        Host.Log.AtLeast(LogLevel.Warning)
            .Where(line => line.Contains("split on epoch 3", StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .ShouldContain("3 of 3 validators have voted for 3 claims");
    }

    [Fact]
    public async Task Votes_of_others_for_our_claim_and_for_another_are_told_apart_and_once()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        Claim(Them, 3, OtherRoot);
        await Host.PassAsync();
        await Host.PassAsync();
        Claim(Third, 3, Root);
        await Host.PassAsync();

        var lines = Host.Log.AtLeast(LogLevel.Information);
        lines
            .Where(line => line.Contains($"validator {Them} votes for {OtherRoot}", StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .ShouldContain(Root.ToString());
        lines
            .Where(line => line.Contains($"validator {Third} votes for this node's claim", StringComparison.Ordinal))
            .ShouldHaveSingleItem();
        lines.ShouldNotContain(line => line.Contains("split", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_vote_of_our_own_key_for_something_else_stops_the_application()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        Claim(Us, 3, OtherRoot);

        await Host.PassAsync();

        await ShouldHaveStoppedAsync(InoperableKind.Diverged, "quorum_divergence_at_submission", "own account", OtherRoot.ToString());
        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimCalculated);
    }

    [Fact]
    public async Task Reader_mode_takes_any_equal_vote_for_the_submission()
    {
        await using var reader = await Host.AnotherAsync(
            Chain,
            null,
            ("Services:Claimer:SubmissionEnabled", "false"),
            ("Signer:Kind", "none")
        );
        await Host.AddEpochAsync(Echo, 3, Root);
        Claim(Them, 3, Root);

        (await reader.PassAsync()).ShouldBe(1);

        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimSubmitted);
    }

    [Fact]
    public async Task A_key_that_is_no_validator_stops_the_application()
    {
        var stranger = FakeChain.AddressOf(4);
        await using var restarted = await Host.AnotherAsync(Chain, new FakeSigner(stranger));
        await Host.AddEpochAsync(Echo, 3, Root);

        await restarted.PassAsync();

        await ShouldHaveStoppedAsync(InoperableKind.Failed, $"account {stranger}", "not a validator", "section Signer");
    }

    [Fact]
    public async Task The_next_epoch_waits_for_the_majority_on_the_one_before()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.AddEpochAsync(Echo, 4, OtherRoot);

        await Host.PassAsync();
        await Host.PassAsync();
        Chain.Sent.Count.ShouldBe(1);
        Claim(Them, 3, Root);
        await Host.PassAsync();

        (await Host.StatusAsync(Echo, 4)).ShouldBe(EpochStatus.ClaimSubmitted);
        Chain.Sent.Count.ShouldBe(2);
    }
}
