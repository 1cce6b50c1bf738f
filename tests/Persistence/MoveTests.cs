using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence.Tests;

public sealed class MoveTests
{
    [Theory]
    [OnBothDatabases]
    public async Task A_move_is_made_once_and_only_from_the_expected_status(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        var at = Seed.Now.AddMinutes(5);

        (await Close()).ShouldBeTrue();
        (await Close()).ShouldBeFalse();

        var epoch = await db.Epochs.AsNoTracking().SingleAsync(Seed.Token);
        (epoch.Status, epoch.ClosedAt, epoch.UpdatedAt).ShouldBe((EpochStatus.Closed, at, at));

        Task<bool> Close() => db.MoveEpochAsync(id, 3, EpochStatus.Open, EpochStatus.Closed, at, null, Seed.Token);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Every_stage_records_its_time_and_what_belongs_to_it(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        await Seed.ProveAsync(db, id, 3);
        EpochStatus[] way =
        [
            EpochStatus.Open,
            EpochStatus.Closed,
            EpochStatus.InputsProcessed,
            EpochStatus.ClaimCalculated,
            EpochStatus.ClaimSubmitted,
            EpochStatus.ClaimAccepted,
        ];
        for (var stage = 1; stage < way.Length; stage++)
        {
            (
                await db.MoveEpochAsync(
                    id,
                    3,
                    way[stage - 1],
                    way[stage],
                    Seed.Now.AddMinutes(stage),
                    set => set.SetProperty(epoch => epoch.ClaimTransactionHash, Seed.Hash(6)),
                    Seed.Token
                )
            ).ShouldBeTrue();
        }

        var epoch = await db.Epochs.AsNoTracking().SingleAsync(Seed.Token);
        new[] { epoch.ClosedAt, epoch.InputsProcessedAt, epoch.ClaimCalculatedAt, epoch.ClaimSubmittedAt, epoch.ClaimSettledAt }.ShouldBe(
            Enumerable.Range(1, 5).Select(stage => (DateTimeOffset?)Seed.Now.AddMinutes(stage))
        );
        epoch.ClaimTransactionHash.ShouldBe(Seed.Hash(6));
    }

    [Theory]
    [OnBothDatabases]
    public async Task Of_two_concurrent_moves_one_wins(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var id = await Seed.EpochAsync(database.NewContext());

        var moved = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ => database.NewContext())
                .ToList()
                .Select(async db =>
                {
                    await using var transaction = await db.Database.BeginTransactionAsync(Seed.Token);
                    var first = await db.MoveEpochAsync(id, 3, EpochStatus.Open, EpochStatus.Closed, Seed.Now, null, Seed.Token);
                    await transaction.CommitAsync(Seed.Token);
                    return first;
                })
        );

        moved.Count(first => first).ShouldBe(1);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_application_halts_once_and_a_graver_fault_replaces_failed(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.ApplicationAsync(db);

        (await Halt(InoperableKind.Failed)).ShouldBeTrue();
        (await Halt(InoperableKind.Failed)).ShouldBeFalse();
        (await Halt(InoperableKind.Diverged)).ShouldBeTrue();
        (await Halt(InoperableKind.Corrupted)).ShouldBeFalse();

        var application = await db.Applications.AsNoTracking().SingleAsync(Seed.Token);
        (application.State, application.ReasonKind, application.Reason).ShouldBe(
            (ApplicationState.Inoperable, InoperableKind.Diverged, "Diverged happened")
        );

        Task<bool> Halt(InoperableKind fault) => db.HaltApplicationAsync(id, fault, $"{fault} happened", Seed.Now, Seed.Token);
    }
}
