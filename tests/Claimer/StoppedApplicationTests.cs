using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Claimer.Tests;

/// <summary>An application that was stopped claims nothing more, and L1 is observed for it all the same.</summary>
public sealed class StoppedApplicationTests : SingleApplication
{
    [Fact]
    public async Task A_claim_that_is_accepted_after_the_stop_is_recorded_and_nothing_is_sent()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await StopAsync();
        (await Host.PassAsync()).ShouldBe(0);
        Chain.Sent.ShouldBeEmpty();

        var claim = Claim(Us, 3, Root);
        (await Host.PassAsync()).ShouldBe(1);

        var epoch = await Host.EpochAsync(Echo, 3);
        (epoch.Status, epoch.ClaimTransactionHash).ShouldBe((EpochStatus.ClaimAccepted, claim));
        (await Host.EventsAsync()).ShouldBe(["EpochClaimSubmitted", "EpochClaimAccepted"]);
        (await Host.ApplicationAsync(Echo)).ReasonKind.ShouldBe(InoperableKind.Failed);
        Chain.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_foreign_claim_after_a_fault_that_could_be_mended_is_told_once_as_final()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await StopAsync();
        Claim(Us, 3, OtherRoot);

        (await Host.PassAsync()).ShouldBe(1);
        (await Host.PassAsync()).ShouldBe(0);

        var stopped = await Host.ApplicationAsync(Echo);
        stopped.ReasonKind.ShouldBe(InoperableKind.Diverged);
        stopped.Reason.ShouldNotBeNull().ShouldStartWith("authority_divergence_at_");
        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimCalculated);
    }

    [Fact]
    public async Task A_disabled_application_claims_nothing_records_what_is_on_L1_and_claims_again_once_it_is_enabled()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.AddEpochAsync(Echo, 4, Root);
        await Host.SetStateAsync(Echo, ApplicationState.Disabled);
        (await Host.PassAsync()).ShouldBe(0);
        Claim(Us, 3, Root);

        (await Host.PassAsync()).ShouldBe(1);

        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        (await Host.StatusAsync(Echo, 4)).ShouldBe(EpochStatus.ClaimCalculated);
        Chain.Sent.ShouldBeEmpty();
        await Host.SetStateAsync(Echo);
        await Host.PassAsync();
        (await Host.StatusAsync(Echo, 4)).ShouldBe(EpochStatus.ClaimAccepted);
    }

    [Fact]
    public async Task A_foreign_claim_stops_a_disabled_application_for_good()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.SetStateAsync(Echo, ApplicationState.Disabled);
        Claim(Us, 3, OtherRoot);

        (await Host.PassAsync()).ShouldBe(1);

        (await Host.ApplicationAsync(Echo)).ReasonKind.ShouldBe(InoperableKind.Diverged);
    }

    [Fact]
    public async Task An_application_that_is_being_removed_is_left_alone()
    {
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.SetStateAsync(Echo, ApplicationState.Removing);
        Claim(Us, 3, Root);

        (await Host.PassAsync()).ShouldBe(0);

        (await Host.StatusAsync(Echo, 3)).ShouldBe(EpochStatus.ClaimCalculated);
    }

    private Task<bool> StopAsync() =>
        Host.ChangeAsync(db =>
            db.HaltApplicationAsync(
                Echo.Id,
                InoperableKind.Failed,
                "out of order",
                DateTimeOffset.UnixEpoch,
                TestContext.Current.CancellationToken
            )
        );
}
