using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence.Tests;

public sealed class ApplicationGuardTests
{
    private static readonly InoperableKind[] Final = [InoperableKind.Diverged, InoperableKind.Corrupted];

    [Theory]
    [OnBothDatabases]
    public async Task A_fault_needs_a_kind_and_a_reason_and_a_healthy_application_has_neither(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.ApplicationAsync(db);
        (ApplicationState State, InoperableKind? Kind, string? Reason)[] wrong =
        [
            (ApplicationState.Inoperable, null, null),
            (ApplicationState.Inoperable, InoperableKind.Failed, null),
            (ApplicationState.Inoperable, InoperableKind.Failed, ""),
            (ApplicationState.Inoperable, null, "why"),
            (ApplicationState.Enabled, null, "why"),
            (ApplicationState.Enabled, InoperableKind.Failed, null),
            (ApplicationState.Disabled, InoperableKind.Failed, "why"),
        ];
        foreach (var (state, fault, reason) in wrong)
            await Refusal.ByAsync("ck_applications_reason", () => SetAsync(db, id, state, fault, reason));
    }

    [Theory]
    [OnBothDatabases]
    public async Task Diverged_and_corrupted_are_final_and_a_fault_of_the_machine_can_only_become_corrupted(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        foreach (var from in Enum.GetValues<InoperableKind>())
        {
            foreach (var to in Enum.GetValues<InoperableKind>().Cast<InoperableKind?>().Append(null))
            {
                var id = await Seed.ApplicationAsync(db);
                await SetAsync(db, id, ApplicationState.Inoperable, from, "first");
                var legal = from == InoperableKind.Failed || (!Final.Contains(from) && (to == from || to == InoperableKind.Corrupted));
                Task<int> Change() =>
                    SetAsync(
                        db,
                        id,
                        to is null ? ApplicationState.Enabled : ApplicationState.Inoperable,
                        to,
                        to is null ? null : "second"
                    );
                if (legal)
                    (await Change()).ShouldBe(1, $"{from} to {to}");
                else
                    await Refusal.ByAsync(Final.Contains(from) ? "application_fault_final" : "application_fault_kept", Change);
            }
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task Cursors_of_a_final_application_still_move(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.ApplicationAsync(db);
        await SetAsync(db, id, ApplicationState.Inoperable, InoperableKind.Diverged, "first");

        var rows = await db
            .Applications.Where(app => app.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(app => app.LastInputCheckBlock, 77UL), Seed.Token);

        rows.ShouldBe(1);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_application_that_is_switched_off_becomes_inoperable_only_by_what_L1_shows(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        foreach (var fault in Enum.GetValues<InoperableKind>().Where(fault => fault != InoperableKind.Failed))
        {
            var observed = await Seed.ApplicationAsync(db, app => app.State = ApplicationState.Disabled);
            (await SetAsync(db, observed, ApplicationState.Inoperable, fault, "why")).ShouldBe(1);
        }

        var id = await Seed.ApplicationAsync(db, app => app.State = ApplicationState.Disabled);

        await Refusal.ByAsync(
            "application_fault_while_disabled",
            () => SetAsync(db, id, ApplicationState.Inoperable, InoperableKind.Failed, "why")
        );
        (await SetAsync(db, id, ApplicationState.Enabled, null, null)).ShouldBe(1);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Every_application_can_be_removed_and_none_comes_back_from_that(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        foreach (var fault in Enum.GetValues<InoperableKind>().Cast<InoperableKind?>().Append(null))
        {
            var id = await Seed.ApplicationAsync(db);
            if (fault is not null)
                await SetAsync(db, id, ApplicationState.Inoperable, fault, "why");
            (await SetAsync(db, id, ApplicationState.Removing, null, null)).ShouldBe(1, $"{fault}");
            foreach (var state in Enum.GetValues<ApplicationState>().Where(state => state != ApplicationState.Removing))
            {
                var (kindOf, reason) =
                    state == ApplicationState.Inoperable ? ((InoperableKind?)InoperableKind.Corrupted, "why") : (null, (string?)null);
                await Refusal.ByAsync("application_removal_final", () => SetAsync(db, id, state, kindOf, reason));
            }
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task Names_and_addresses_are_unique(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var first = Seed.NewApplication();
        db.Add(first);
        await Seed.SaveAsync(db);

        await Refusal.AsDuplicateAsync(() => Seed.ApplicationAsync(db, app => app.Name = first.Name));
        db.ChangeTracker.Clear();
        await Refusal.AsDuplicateAsync(() => Seed.ApplicationAsync(db, app => app.Address = first.Address));
    }

    [Theory]
    [OnBothDatabases]
    public async Task The_floor_of_the_scan_and_the_length_of_epochs_are_known(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();

        await Refusal.ByAsync("ck_applications_input_box_block", () => Seed.ApplicationAsync(db, app => app.InputBoxBlock = 0));
        db.ChangeTracker.Clear();
        await Refusal.ByAsync("ck_applications_epoch_length", () => Seed.ApplicationAsync(db, app => app.EpochLength = 0));
        db.ChangeTracker.Clear();
        await Seed.ApplicationAsync(db, app => (app.EpochLength, app.ConsensusType) = (0, ConsensusType.Prt));
    }

    private static Task<int> SetAsync(RollupsDbContext db, int id, ApplicationState state, InoperableKind? kind, string? reason) =>
        db
            .Applications.Where(app => app.Id == id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(app => app.State, state)
                        .SetProperty(app => app.ReasonKind, kind)
                        .SetProperty(app => app.Reason, reason),
                Seed.Token
            );
}
