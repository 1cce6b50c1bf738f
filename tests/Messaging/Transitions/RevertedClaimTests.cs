using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence.Tests;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Transitions;

/// <summary>The one way back that an epoch has: L1 took back a block that was not final.</summary>
public sealed class RevertedClaimTests
{
    private static readonly ReadBlock Gone = new(40, Seed.Hash(8));

    [Theory]
    [OnBothDatabases]
    public async Task A_claim_goes_back_while_its_block_can_be_replaced_as_a_whole_and_into_a_new_round(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        foreach (var status in new[] { EpochStatus.ClaimSubmitted, EpochStatus.ClaimAccepted })
        {
            var id = await ProvisionalAsync(database, status);
            var (application, before) = (await database.ApplicationAsync(id), await database.EpochAsync(id));

            (await RevertAsync(database, application, before)).ShouldBeTrue();
            // Of two who have seen it, one takes it back.
            (await RevertAsync(database, application, before)).ShouldBeFalse();

            var epoch = await database.EpochAsync(id);
            (epoch.Status, epoch.ClaimRound, epoch.IsProvisional, epoch.ClaimRevertedAt).ShouldBe(
                (EpochStatus.ClaimCalculated, 1, false, Seed.Now.AddMinutes(1))
            );
            (
                epoch.ClaimTransactionHash,
                epoch.ClaimBlockHash,
                epoch.ClaimSubmittedAt,
                epoch.AcceptanceTransactionHash,
                epoch.ClaimSettledAt
            ).ShouldBe((null, null, null, null, null));
            epoch.ClaimCalculatedAt.ShouldBe(before.ClaimCalculatedAt);
            // What was seen before holds no longer.
            (
                await database.MoveAsync(
                    (moves, token) =>
                        moves.AcceptClaimAsync(
                            application,
                            before,
                            EpochStatus.ClaimCalculated,
                            new L1Fact(Seed.Hash(6), 40, Seed.Hash(8), IsProvisional: true),
                            Seed.Now,
                            token
                        )
                )
            ).ShouldBeFalse();
        }

        (await database.EventsAsync()).ShouldBe(["EpochClaimReverted", "EpochClaimReverted"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task What_is_final_never_goes_back(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        foreach (var status in new[] { EpochStatus.ClaimSubmitted, EpochStatus.ClaimAccepted })
        {
            var id = await ProvisionalAsync(database, status);
            await database
                .NewContext()
                .Epochs.Where(epoch => epoch.ApplicationId == id)
                .ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.IsProvisional, false), Seed.Token);

            (await RevertAsync(database, await database.ApplicationAsync(id), await database.EpochAsync(id))).ShouldBeFalse();
        }

        (await database.EventsAsync()).ShouldBeEmpty();
    }

    /// <summary>Else an application would stop for good because of a block that L1 does not have.</summary>
    [Theory]
    [OnBothDatabases]
    public async Task A_verdict_on_a_claim_that_was_taken_back_meanwhile_neither_rejects_it_nor_stops_the_application(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var id = await ProvisionalAsync(database, EpochStatus.ClaimSubmitted);
        var (application, judged) = (await database.ApplicationAsync(id), await database.EpochAsync(id));
        (await RevertAsync(database, application, judged)).ShouldBeTrue();

        (await RejectAsync(database, application, judged)).ShouldBeFalse();
        (await HaltAsync(database, application, judged)).ShouldBeFalse();

        (await database.EpochAsync(id)).Status.ShouldBe(EpochStatus.ClaimCalculated);
        (await database.ApplicationAsync(id)).State.ShouldBe(ApplicationState.Enabled);
        (await database.EventsAsync()).ShouldBe(["EpochClaimReverted"]);
        // A verdict on what the epoch is now counts.
        (await HaltAsync(database, application, await database.EpochAsync(id))).ShouldBeTrue();
        (await database.ApplicationAsync(id)).ReasonKind.ShouldBe(InoperableKind.Diverged);
    }

    /// <summary>True means that something was written: here the epoch alone.</summary>
    [Theory]
    [OnBothDatabases]
    public async Task A_claim_of_an_application_that_has_stopped_already_is_rejected_and_its_first_reason_stays(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var id = await ProvisionalAsync(database, EpochStatus.ClaimSubmitted);
        var (application, epoch) = (await database.ApplicationAsync(id), await database.EpochAsync(id));
        await database.MoveAsync((moves, token) => moves.HaltAsync(application, InoperableKind.Corrupted, "first", Seed.Now, token));

        (await RejectAsync(database, application, epoch)).ShouldBeTrue();

        (await database.EpochAsync(id)).Status.ShouldBe(EpochStatus.ClaimRejected);
        (await database.ApplicationAsync(id)).Reason.ShouldBe("first");
        (await database.EventsAsync()).ShouldBe(["AppInoperable", "EpochClaimRejected"]);
    }

    private static Task<bool> RejectAsync(TransitionDatabase database, Application application, Epoch judged) =>
        database.MoveAsync(
            (moves, token) =>
                moves.RejectClaimAsync(application, judged, Seed.Hash(9), InoperableKind.Diverged, "another claim", Seed.Now, token)
        );

    private static Task<bool> HaltAsync(TransitionDatabase database, Application application, Epoch judged) =>
        database.MoveAsync(
            (moves, token) => moves.HaltForEpochAsync(application, judged, InoperableKind.Diverged, "another claim", Seed.Now, token)
        );

    private static Task<bool> RevertAsync(TransitionDatabase database, Application application, Epoch epoch) =>
        database.MoveAsync((moves, token) => moves.RevertClaimAsync(application, epoch, Gone, Seed.Now.AddMinutes(1), token));

    private static async Task<int> ProvisionalAsync(TransitionDatabase database, EpochStatus status)
    {
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);
        await Seed.BringToAsync(db, id, 3, status);
        await db
            .Epochs.Where(epoch => epoch.ApplicationId == id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(epoch => epoch.ClaimBlockNumber, 40ul)
                        .SetProperty(epoch => epoch.ClaimBlockHash, Seed.Hash(8))
                        .SetProperty(epoch => epoch.IsProvisional, true),
                Seed.Token
            );
        return id;
    }
}
