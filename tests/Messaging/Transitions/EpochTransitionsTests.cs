using Rollups.Domain;
using Rollups.Persistence.Tests;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Transitions;

/// <summary>Each move is made once, and its event exists if and only if it was made.</summary>
public sealed class EpochTransitionsTests
{
    private static readonly L1Fact Fact = new(Seed.Hash(6), 40, Seed.Hash(8), IsProvisional: false);

    private static ProvenState Proven =>
        new(Seed.Hash(1), Seed.Hash(2), new byte[59 * 32], Seed.Hash(3), new byte[59 * 32], Seed.Hash(4), new byte[59 * 32]);

    [Theory]
    [OnBothDatabases]
    public async Task A_move_is_made_once_and_only_from_the_expected_status(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var id = await Seed.EpochAsync(database.NewContext());
        var at = Seed.Now.AddMinutes(5);

        (await CloseAsync(database, id, at)).ShouldBeTrue();
        (await CloseAsync(database, id, at)).ShouldBeFalse();

        var epoch = await database.EpochAsync(id);
        (epoch.Status, epoch.ClosedAt, epoch.UpdatedAt).ShouldBe((EpochStatus.Closed, at, at));
        (await database.EventsAsync()).ShouldBe(["EpochClosed"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Every_stage_records_its_time_and_what_belongs_to_it(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var id = await Seed.EpochAsync(database.NewContext());
        var application = await database.ApplicationAsync(id);
        Func<EpochTransitions, Epoch, DateTimeOffset, CancellationToken, Task<bool>>[] way =
        [
            (moves, epoch, at, token) => moves.CloseAsync(application, Bounds(epoch), at, token),
            (moves, epoch, at, token) => moves.CompleteInputsAsync(application, epoch, Proven, at, token),
            (moves, epoch, at, token) =>
                moves.CalculateClaimAsync(application, epoch, epoch.OutputsMerkleRoot!.Value, commitment: null, at, token),
            (moves, epoch, at, token) => moves.SubmitClaimAsync(application, epoch, Fact, at, token),
            (moves, epoch, at, token) => moves.AcceptClaimAsync(application, epoch, EpochStatus.ClaimSubmitted, Fact, at, token),
        ];
        for (var stage = 0; stage < way.Length; stage++)
        {
            var (loaded, move, at) = (await database.EpochAsync(id), way[stage], Seed.Now.AddMinutes(stage + 1));
            (await database.MoveAsync((moves, token) => move(moves, loaded, at, token))).ShouldBeTrue();
            // By what was loaded before it, the move is not made again.
            (await database.MoveAsync((moves, token) => move(moves, loaded, at, token))).ShouldBeFalse();
        }

        var epoch = await database.EpochAsync(id);
        new[] { epoch.ClosedAt, epoch.InputsProcessedAt, epoch.ClaimCalculatedAt, epoch.ClaimSubmittedAt, epoch.ClaimSettledAt }.ShouldBe(
            Enumerable.Range(1, 5).Select(stage => (DateTimeOffset?)Seed.Now.AddMinutes(stage))
        );
        epoch.ClaimTransactionHash.ShouldBe(Seed.Hash(6));
        (epoch.MachineHash, epoch.ClaimBlockNumber, epoch.AcceptanceTransactionHash).ShouldBe((Seed.Hash(1), 40ul, Seed.Hash(6)));
        (await database.EventsAsync()).ShouldBe([
            "EpochClosed",
            "EpochInputsProcessed",
            "EpochClaimCalculated",
            "EpochClaimSubmitted",
            "EpochClaimAccepted",
        ]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Of_two_concurrent_moves_one_wins(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var id = await Seed.EpochAsync(database.NewContext());

        var moved = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CloseAsync(database, id, Seed.Now)));

        moved.Count(first => first).ShouldBe(1);
        (await database.EventsAsync()).ShouldBe(["EpochClosed"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_move_whose_unit_fails_leaves_neither_status_nor_event(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var id = await Seed.EpochAsync(database.NewContext());
        var application = await database.ApplicationAsync(id);
        var epoch = await database.EpochAsync(id);

        await Should.ThrowAsync<InvalidOperationException>(() =>
            database.MoveAsync(
                async (moves, token) =>
                {
                    (await moves.CloseAsync(application, Bounds(epoch), Seed.Now, token)).ShouldBeTrue();
                    throw new InvalidOperationException("The rest of the unit failed.");
                }
            )
        );

        (await database.EpochAsync(id)).Status.ShouldBe(EpochStatus.Open);
        (await database.EventsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_epoch_that_one_unit_opens_and_closes_is_one_closed_row_with_both_events(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var id = await Seed.ApplicationAsync(database.NewContext());
        var application = await database.ApplicationAsync(id);
        var (open, closed) = (new EpochBounds(3, 30, 39, 0, 0), new EpochBounds(3, 30, 35, 0, 0) { Tournament = Seed.Address(9) });

        await database.MoveAsync(
            async (moves, token) =>
            {
                await moves.OpenAsync(application, open, virtualIndex: 0, Seed.Now, token);
                return await moves.CloseAsync(application, closed, Seed.Now.AddMinutes(1), token);
            }
        );

        var epoch = await database.EpochAsync(id);
        (epoch.Status, epoch.OpenedAt, epoch.ClosedAt).ShouldBe((EpochStatus.Closed, Seed.Now, Seed.Now.AddMinutes(1)));
        (epoch.FirstBlock, epoch.LastBlock, epoch.TournamentAddress).ShouldBe((30ul, 35ul, Seed.Address(9)));
        (await database.EventsAsync()).ShouldBe(["EpochOpened", "EpochClosed"]);
        (await CloseAsync(database, id, Seed.Now)).ShouldBeFalse();
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_rejected_claim_stops_its_application_and_both_are_announced_once(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        await Seed.BringToAsync(db, id, 3, EpochStatus.ClaimCalculated);
        var application = await database.ApplicationAsync(id);
        var epoch = await database.EpochAsync(id);

        (await Reject()).ShouldBeTrue();
        (await Reject()).ShouldBeFalse();

        (await database.EpochAsync(id)).ClaimSettledAt.ShouldBe(Seed.Now);
        (await database.ApplicationAsync(id)).ReasonKind.ShouldBe(InoperableKind.Diverged);
        (await database.EventsAsync()).ShouldBe(["EpochClaimRejected", "AppInoperable"]);

        Task<bool> Reject() =>
            database.MoveAsync(
                (moves, token) =>
                    moves.RejectClaimAsync(application, epoch, Seed.Hash(9), InoperableKind.Diverged, "another claim", Seed.Now, token)
            );
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_application_halts_once_and_a_graver_fault_replaces_failed(DatabaseKind kind)
    {
        await using var database = await TransitionDatabase.CreateAsync(kind);
        var id = await Seed.ApplicationAsync(database.NewContext());
        var loaded = await database.ApplicationAsync(id);

        (await Halt(InoperableKind.Failed)).ShouldBeTrue();
        (await Halt(InoperableKind.Failed)).ShouldBeFalse();
        (await Halt(InoperableKind.Diverged)).ShouldBeTrue();
        (await Halt(InoperableKind.Corrupted)).ShouldBeFalse();

        var application = await database.ApplicationAsync(id);
        (application.State, application.ReasonKind, application.Reason).ShouldBe(
            (ApplicationState.Inoperable, InoperableKind.Diverged, "Diverged happened")
        );
        (await database.EventsAsync()).ShouldBe(["AppInoperable", "AppInoperable"]);

        Task<bool> Halt(InoperableKind fault) =>
            database.MoveAsync((moves, token) => moves.HaltAsync(loaded, fault, $"{fault} happened", Seed.Now, token));
    }

    private static async Task<bool> CloseAsync(TransitionDatabase database, int id, DateTimeOffset at)
    {
        var (application, epoch) = (await database.ApplicationAsync(id), await database.EpochAsync(id));
        return await database.MoveAsync((moves, token) => moves.CloseAsync(application, Bounds(epoch), at, token));
    }

    private static EpochBounds Bounds(Epoch epoch) =>
        new(epoch.Index, epoch.FirstBlock, epoch.LastBlock, epoch.InputIndexLowerBound, epoch.InputIndexUpperBound);
}
