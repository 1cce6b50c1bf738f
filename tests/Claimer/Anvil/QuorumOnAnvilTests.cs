using Microsoft.Extensions.Logging;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Claimer.Tests.Anvil;

[NeedsServers]
public sealed class QuorumOnAnvilTests(AnvilChain anvil, PostgresServer postgres)
    : ClaimsOnAnvil(anvil, postgres),
        IClassFixture<AnvilChain>
{
    private static readonly IReadOnlyList<Address> Validators = DevnetAccounts.Validators;
    private static readonly Hash32 ThirdRoot = Keccak256.Hash("a third root"u8);

    [Fact]
    public async Task Our_vote_and_one_other_of_three_accept_the_claim()
    {
        var (host, app, epoch) = await StartAsync(3);

        await SettleAsync(host);
        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimSubmitted);
        var deciding = await ClaimAsync(Validators[1], app, epoch, Root);
        await SettleAsync(host);

        var row = await host.EpochAsync(app, epoch);
        (row.Status, row.AcceptanceTransactionHash).ShouldBe((EpochStatus.ClaimAccepted, deciding.TransactionHash));
        (await host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimAccepted"]);
        (await IsValidAsync(app, Root)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_node_that_comes_late_finds_the_claim_accepted_and_does_not_vote()
    {
        var (host, app, epoch) = await StartAsync(3);
        await ClaimAsync(Validators[1], app, epoch, Root);
        await ClaimAsync(Validators[2], app, epoch, Root);
        var nonce = await NonceAsync();

        await SettleAsync(host);

        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
        (await host.EventsAsync()).ShouldBe(["EpochClaimAccepted"]);
        (await NonceAsync()).ShouldBe(nonce);
    }

    [Fact]
    public async Task Our_vote_is_the_third_of_five_and_decides()
    {
        var (host, app, epoch) = await StartAsync(5);
        await ClaimAsync(Validators[3], app, epoch, OtherRoot);
        await ClaimAsync(Validators[1], app, epoch, Root);
        await ClaimAsync(Validators[2], app, epoch, Root);

        await SettleAsync(host);

        var row = await host.EpochAsync(app, epoch);
        row.Status.ShouldBe(EpochStatus.ClaimAccepted);
        row.ClaimTransactionHash.ShouldBe(row.AcceptanceTransactionHash);
        (await host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimAccepted"]);
    }

    [Fact]
    public async Task Votes_split_over_three_claims_are_told_and_stop_nothing()
    {
        var (host, app, epoch) = await StartAsync(5);
        await SettleAsync(host);
        await ClaimAsync(Validators[1], app, epoch, Root);
        await ClaimAsync(Validators[2], app, epoch, OtherRoot);
        await ClaimAsync(Validators[3], app, epoch, OtherRoot);
        await SettleAsync(host);
        host.Log.AtLeast(LogLevel.Warning).ShouldNotContain(line => line.Contains("split", StringComparison.Ordinal));
        await ClaimAsync(Validators[4], app, epoch, ThirdRoot);

        await SettleAsync(host);

        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimSubmitted);
        (await host.ApplicationAsync(app)).State.ShouldBe(ApplicationState.Enabled);
        host.Log.AtLeast(LogLevel.Warning)
            .Where(line => line.Contains("5 of 5 validators have voted for 3 claims", StringComparison.Ordinal))
            .ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_majority_for_another_claim_rejects_ours_and_stops_the_application_together()
    {
        var (host, app, epoch) = await StartAsync(5);
        await SettleAsync(host);
        foreach (var validator in Validators.Skip(2))
            await ClaimAsync(validator, app, epoch, OtherRoot);

        await SettleAsync(host);

        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimRejected);
        await ShouldHaveStoppedAsync(
            host,
            app,
            InoperableKind.Diverged,
            "quorum_divergence_at_acceptance",
            Root.ToString(),
            OtherRoot.ToString()
        );
        (await host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimRejected", "AppInoperable"]);
    }

    [Fact]
    public async Task Our_own_key_s_vote_for_something_else_stops_the_application()
    {
        var (host, app, epoch) = await StartAsync(3);
        await ClaimAsync(Us, app, epoch, OtherRoot);

        await SettleAsync(host);

        await ShouldHaveStoppedAsync(
            host,
            app,
            InoperableKind.Diverged,
            "quorum_divergence_at_submission",
            "own account",
            OtherRoot.ToString()
        );
        (await host.TransactionsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_is_no_validator_stops_the_application()
    {
        var (host, app, _) = await StartAsync(3, ("Signer:PrivateKey", DevnetAccounts.StrangerKey));

        await SettleAsync(host);

        await ShouldHaveStoppedAsync(host, app, InoperableKind.Failed, DevnetAccounts.Stranger.ToString(), "is not a validator");
        (await host.TransactionsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_vote_of_ours_that_is_there_already_is_not_repeated_after_a_restart()
    {
        var (_, app, epoch) = await StartAsync(3);
        await ClaimAsync(Us, app, epoch, Root);
        var nonce = await NonceAsync();

        var restarted = await HostAsync();
        await SettleAsync(restarted);

        (await restarted.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimSubmitted);
        (await NonceAsync()).ShouldBe(nonce);
    }

    [Fact]
    public async Task Two_applications_on_one_quorum_are_voted_on_each_for_itself()
    {
        var (host, first, epoch) = await StartAsync(3);
        var second = await DeployAsync(host, first.ConsensusAddress, ConsensusType.Quorum, "second");
        await host.AddEpochAsync(second, epoch, OtherRoot);
        await ClaimAsync(Validators[1], first, epoch, Root);

        await SettleAsync(host);

        (await host.StatusAsync(first, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
        (await host.StatusAsync(second, epoch)).ShouldBe(EpochStatus.ClaimSubmitted);
    }

    private async Task<(ServiceHost Host, Application App, ulong Epoch)> StartAsync(
        int validators,
        params (string Key, string Value)[] settings
    )
    {
        var host = await HostAsync(settings);
        var quorum = await Contracts.DeployQuorumAsync([.. Validators.Take(validators)], SeededRows.EpochLength, NewSalt(), Cancel);
        var app = await DeployAsync(host, quorum, ConsensusType.Quorum);
        return (host, app, await EndedEpochAsync(host, app, Root));
    }
}
