using Microsoft.Extensions.Logging;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Claimer.Tests.Anvil;

[NeedsServers]
public sealed class AuthorityOnAnvilTests(AnvilChain anvil, PostgresServer postgres)
    : ClaimsOnAnvil(anvil, postgres),
        IClassFixture<AnvilChain>
{
    [Fact]
    public async Task A_claim_is_accepted_by_the_contract_while_the_epoch_s_last_block_is_the_head()
    {
        var host = await HostAsync();
        var app = await DeployAsync(host, await AuthorityAsync());
        var epoch = await EndedEpochAsync(host, app, Root);
        var nonce = await NonceAsync();

        await SettleAsync(host);

        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
        (await host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimAccepted"]);
        (await IsValidAsync(app, Root)).ShouldBeTrue();
        (await NonceAsync()).ShouldBe(nonce + 1);
        host.Log.AtLeast(LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_claim_waits_without_noise_while_the_epoch_s_last_block_is_to_come()
    {
        var host = await HostAsync();
        var app = await DeployAsync(host, await AuthorityAsync());
        await Chain.MineToAsync(((await Chain.HeadAsync(Cancel) / SeededRows.EpochLength) + 1) * SeededRows.EpochLength, Cancel);
        var epoch = await EndedEpochAsync(host, app, Root, mine: false);

        (await host.PassAsync()).ShouldBe(0);

        (await host.TransactionsAsync()).ShouldBeEmpty();
        host.Log.AtLeast(LogLevel.Warning).ShouldBeEmpty();
        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimCalculated);
    }

    [Fact]
    public async Task A_foreign_claim_with_the_owner_s_key_stops_the_application()
    {
        var host = await HostAsync();
        var app = await DeployAsync(host, await AuthorityAsync());
        var epoch = await EndedEpochAsync(host, app, Root);
        var foreign = await ClaimAsync(Us, app, epoch, OtherRoot);

        await SettleAsync(host);

        await ShouldHaveStoppedAsync(
            host,
            app,
            InoperableKind.Diverged,
            "authority_divergence_at_acceptance",
            Root.ToString(),
            OtherRoot.ToString(),
            foreign.TransactionHash.ToString()
        );
        (await host.TransactionsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Our_own_claim_that_is_there_already_is_recorded_and_not_sent_again()
    {
        var host = await HostAsync();
        var app = await DeployAsync(host, await AuthorityAsync());
        var epoch = await EndedEpochAsync(host, app, Root);
        var claim = await ClaimAsync(Us, app, epoch, Root);
        var nonce = await NonceAsync();

        await SettleAsync(host);

        var row = await host.EpochAsync(app, epoch);
        (row.Status, row.ClaimTransactionHash, row.AcceptanceTransactionHash).ShouldBe(
            (EpochStatus.ClaimAccepted, claim.TransactionHash, claim.TransactionHash)
        );
        (await NonceAsync()).ShouldBe(nonce);
    }

    [Fact]
    public async Task A_key_that_does_not_own_the_authority_stops_the_application_and_names_both_accounts()
    {
        var host = await HostAsync();
        var app = await DeployAsync(host, await AuthorityAsync(DevnetAccounts.Stranger));
        await EndedEpochAsync(host, app, Root);
        var nonce = await NonceAsync();

        await SettleAsync(host);

        await ShouldHaveStoppedAsync(
            host,
            app,
            InoperableKind.Failed,
            Us.ToString(),
            DevnetAccounts.Stranger.ToString(),
            "Give the owner's key"
        );
        (await NonceAsync()).ShouldBe(nonce);
    }

    [Fact]
    public async Task An_owner_who_gave_the_authority_away_is_told_so_and_claims_again_when_it_comes_back()
    {
        var host = await HostAsync();
        var authority = await AuthorityAsync();
        var app = await DeployAsync(host, authority);
        var first = await EndedEpochAsync(host, app, Root);
        await SettleAsync(host);
        await Chain.SendAsync(Us, authority, ConsensusContract.TransferOwnership(DevnetAccounts.Stranger), Cancel);
        await Chain.MineToAsync((first + 1) * SeededRows.EpochLength, Cancel);
        var second = await EndedEpochAsync(host, app, OtherRoot);

        await SettleAsync(host);

        await ShouldHaveStoppedAsync(host, app, InoperableKind.Failed, "is not the owner", DevnetAccounts.Stranger.ToString());
        await Chain.SendAsync(DevnetAccounts.Stranger, authority, ConsensusContract.TransferOwnership(Us), Cancel);
        await host.SetStateAsync(app);
        await SettleAsync(host);
        (await host.StatusAsync(app, second)).ShouldBe(EpochStatus.ClaimAccepted);
    }

    [Fact]
    public async Task An_application_that_its_owner_moved_to_another_consensus_stops()
    {
        var host = await HostAsync();
        var app = await DeployAsync(host, await AuthorityAsync());
        var other = await AuthorityAsync();
        await EndedEpochAsync(host, app, Root);
        await Chain.SendAsync(
            DevnetAccounts.Deployer,
            app.Address,
            ApplicationContract.MigrateToOutputsMerkleRootValidator(other),
            Cancel
        );

        await SettleAsync(host);

        await ShouldHaveStoppedAsync(
            host,
            app,
            InoperableKind.Corrupted,
            "consensus_changed",
            other.ToString(),
            app.ConsensusAddress.ToString()
        );
        (await host.TransactionsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_applications_on_one_authority_are_claimed_each_for_itself()
    {
        var host = await HostAsync();
        var authority = await AuthorityAsync();
        var first = await DeployAsync(host, authority, name: "first");
        var second = await DeployAsync(host, authority, name: "second");
        var nonce = await NonceAsync();
        var epoch = await EndedEpochAsync(host, first, Root);
        await host.AddEpochAsync(second, epoch, Root);
        await ClaimAsync(Us, first, epoch, Root);
        // The root is valid for the first and the contract has counted a claim, but neither says anything of the second.
        (await IsValidAsync(second, Root)).ShouldBeFalse();

        await SettleAsync(host);

        (await host.StatusAsync(first, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
        (await host.StatusAsync(second, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
        (await IsValidAsync(second, Root)).ShouldBeTrue();
        (await host.TransactionsAsync()).ShouldHaveSingleItem().ApplicationId.ShouldBe(second.Id);
        (await NonceAsync()).ShouldBe(nonce + 2);
    }

    [Fact]
    public async Task A_root_that_is_valid_from_an_earlier_epoch_is_no_claim_of_this_one()
    {
        var host = await HostAsync();
        var app = await DeployAsync(host, await AuthorityAsync());
        var first = await EndedEpochAsync(host, app, Root);
        await SettleAsync(host);
        await Chain.MineToAsync((first + 1) * SeededRows.EpochLength, Cancel);
        var second = await EndedEpochAsync(host, app, Root);
        (await IsValidAsync(app, Root)).ShouldBeTrue();

        await SettleAsync(host);

        (await host.StatusAsync(app, second)).ShouldBe(EpochStatus.ClaimAccepted);
        (await host.TransactionsAsync()).Select(row => row.EpochIndex).ShouldBe([first, second]);
    }

    [Fact]
    public async Task Reader_mode_needs_no_key_and_records_what_the_owner_claims()
    {
        var host = await HostAsync(("Services:Claimer:SubmissionEnabled", "false"), ("Signer:Kind", "none"), ("Signer:PrivateKey", ""));
        var app = await DeployAsync(host, await AuthorityAsync());
        var epoch = await EndedEpochAsync(host, app, Root);
        (await host.PassAsync()).ShouldBe(0);
        await ClaimAsync(Us, app, epoch, Root);

        await SettleAsync(host);

        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
        (await host.TransactionsAsync()).ShouldBeEmpty();
    }
}
