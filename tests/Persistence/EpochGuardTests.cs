using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Domain;

namespace Rollups.Persistence.Tests;

public sealed class EpochGuardTests
{
    private static readonly (EpochStatus From, EpochStatus To)[] LegalMoves =
    [
        (EpochStatus.Open, EpochStatus.Closed),
        (EpochStatus.Closed, EpochStatus.InputsProcessed),
        (EpochStatus.InputsProcessed, EpochStatus.ClaimCalculated),
        (EpochStatus.ClaimCalculated, EpochStatus.ClaimSubmitted),
        (EpochStatus.ClaimCalculated, EpochStatus.ClaimAccepted),
        (EpochStatus.ClaimCalculated, EpochStatus.ClaimRejected),
        (EpochStatus.ClaimSubmitted, EpochStatus.ClaimAccepted),
        (EpochStatus.ClaimSubmitted, EpochStatus.ClaimRejected),
    ];

    [Theory]
    [OnBothDatabases]
    public async Task Of_all_pairs_of_statuses_only_the_legal_moves_pass(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        foreach (var from in Enum.GetValues<EpochStatus>())
        {
            foreach (var to in Enum.GetValues<EpochStatus>())
            {
                var id = await Seed.EpochAsync(db, inputs: 1);
                await Seed.BringToAsync(db, id, 3, from);
                if (from == EpochStatus.Open)
                {
                    await Seed.CompleteAsync(db, id);
                    await Seed.ProveAsync(db, id, 3);
                }
                if (from == to || LegalMoves.Contains((from, to)))
                    (await Seed.MoveAsync(db, id, 3, from, to)).ShouldBeTrue($"{from} to {to}");
                else
                    await Refusal.ByAsync(
                        to == EpochStatus.ClaimCalculated && from is EpochStatus.ClaimSubmitted or EpochStatus.ClaimAccepted
                            ? "epoch_taken_back"
                            : "epoch_move",
                        () => Seed.MoveAsync(db, id, 3, from, to)
                    );
            }
        }
    }

    /// <summary>The migrations have text of their own, so that a database does not depend on the build that upgraded it.</summary>
    [Fact]
    public async Task The_guards_of_the_newest_schema_hold_the_table_of_legal_moves()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var guards = await database
            .NewContext()
            .Database.SqlQuery<string>(
                $"SELECT sql AS Value FROM sqlite_master WHERE type = 'trigger' AND name IN ('epoch_move', 'epoch_first_status')"
            )
            .ToListAsync(Seed.Token);

        var moves = Domain.LegalMoves.OfEpochs.Select(move => $"'{EnumNames.Of(move.From)} -> {EnumNames.Of(move.To)}'");
        guards.ShouldContain(guard => guard.Contains($"NOT IN ({string.Join(", ", moves)})"));
        var first = Domain.LegalMoves.First.Select(status => $"'{EnumNames.Of(status)}'");
        guards.ShouldContain(guard => guard.Contains($"NOT IN ({string.Join(", ", first)})"));
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_epoch_begins_open_or_closed_and_in_no_other_status(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        foreach (var status in Enum.GetValues<EpochStatus>())
        {
            var id = await Seed.ApplicationAsync(db);
            db.Add(Seed.NewEpoch(id, 3, 0, status));
            if (status is EpochStatus.Open or EpochStatus.Closed)
                await Seed.SaveAsync(db);
            else
                await Refusal.ByAsync("epoch_first_status", () => Seed.SaveAsync(db));
            db.ChangeTracker.Clear();
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task Inputs_are_processed_only_when_none_of_them_is_left(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 2);
        await Seed.ProveAsync(db, id, 3);
        await Seed.MoveAsync(db, id, 3, EpochStatus.Open, EpochStatus.Closed);

        await Refusal.ByAsync("epoch_inputs_processed", () => Seed.MoveAsync(db, id, 3, EpochStatus.Closed, EpochStatus.InputsProcessed));

        await Seed.CompleteAsync(db, id, InputStatus.Rejected);
        (await Seed.MoveAsync(db, id, 3, EpochStatus.Closed, EpochStatus.InputsProcessed)).ShouldBeTrue();
    }

    [Theory]
    [OnBothDatabases]
    public async Task Inputs_are_processed_only_when_all_that_the_bounds_say_are_stored(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 2);
        await db
            .Epochs.Where(epoch => epoch.ApplicationId == id)
            .ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.InputIndexUpperBound, 3UL), Seed.Token);
        await Seed.CompleteAsync(db, id);
        await Seed.ProveAsync(db, id, 3);
        await Seed.MoveAsync(db, id, 3, EpochStatus.Open, EpochStatus.Closed);

        await Refusal.ByAsync("epoch_inputs_processed", () => Seed.MoveAsync(db, id, 3, EpochStatus.Closed, EpochStatus.InputsProcessed));
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_epoch_waits_for_the_one_before_it_whatever_the_gap_of_indexes(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        db.Add(Seed.NewEpoch(id, 9, 1, EpochStatus.Closed));
        await Seed.SaveAsync(db);
        await Seed.ProveAsync(db, id, 3);
        await Seed.ProveAsync(db, id, 9);

        await Refusal.ByAsync("epoch_order", () => Seed.MoveAsync(db, id, 9, EpochStatus.Closed, EpochStatus.InputsProcessed));

        await Seed.BringToAsync(db, id, 3, EpochStatus.InputsProcessed);
        (await Seed.MoveAsync(db, id, 9, EpochStatus.Closed, EpochStatus.InputsProcessed)).ShouldBeTrue();
    }

    [Theory]
    [OnBothDatabases]
    public async Task No_status_after_closed_is_reached_without_the_state_proof(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        await Seed.MoveAsync(db, id, 3, EpochStatus.Open, EpochStatus.Closed);

        await Refusal.ByAsync("ck_epochs_proof_needed", () => Seed.MoveAsync(db, id, 3, EpochStatus.Closed, EpochStatus.InputsProcessed));
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_state_proof_is_whole_or_absent(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        await Seed.ProveAsync(db, id, 3);
        Action<UpdateSettersBuilder<Epoch>>[] breaks =
        [
            set => set.SetProperty(epoch => epoch.MachineHash, (Hash32?)null),
            set => set.SetProperty(epoch => epoch.OutputsMerkleRoot, (Hash32?)null),
            set => set.SetProperty(epoch => epoch.OutputsMerkleProof, (byte[]?)null),
            set => set.SetProperty(epoch => epoch.IflagsYBlock, (Hash32?)null),
            set => set.SetProperty(epoch => epoch.IflagsYProof, (byte[]?)null),
            set => set.SetProperty(epoch => epoch.TohostBlock, (Hash32?)null),
            set => set.SetProperty(epoch => epoch.TohostProof, (byte[]?)null),
            set => set.SetProperty(epoch => epoch.OutputsMerkleProof, new byte[58 * 32]),
            set => set.SetProperty(epoch => epoch.IflagsYProof, new byte[(59 * 32) + 1]),
            set => set.SetProperty(epoch => epoch.TohostProof, Array.Empty<byte>()),
        ];
        foreach (var change in breaks)
            await Refusal.ByAsync("ck_epochs_proof_whole", () => db.Epochs.ExecuteUpdateAsync(change, Seed.Token));
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_state_proof_is_final_once_the_inputs_are_processed(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        await Seed.BringToAsync(db, id, 3, EpochStatus.InputsProcessed);

        await Refusal.ByAsync(
            "epoch_state_proof",
            () => db.Epochs.ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.OutputsMerkleRoot, Seed.Hash(99)), Seed.Token)
        );
        await Seed.ProveAsync(db, id, 3);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Blocks_and_inputs_grow_at_the_end_while_the_epoch_is_open_and_then_no_more(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);

        (await Grow(db, 45, 7)).ShouldBe(1);
        await Refusal.ByAsync(
            "epoch_range",
            () => db.Epochs.ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.FirstBlock, 29UL), Seed.Token)
        );
        await Seed.MoveAsync(db, id, 3, EpochStatus.Open, EpochStatus.Closed);
        await Refusal.ByAsync("epoch_range", () => Grow(db, 46, 7));
        await Refusal.ByAsync("epoch_range", () => Grow(db, 45, 8));

        static Task<int> Grow(RollupsDbContext db, ulong lastBlock, ulong upperBound) =>
            db.Epochs.ExecuteUpdateAsync(
                set => set.SetProperty(epoch => epoch.LastBlock, lastBlock).SetProperty(epoch => epoch.InputIndexUpperBound, upperBound),
                Seed.Token
            );
    }

    [Theory]
    [OnBothDatabases]
    public async Task Bounds_are_ordered(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await Seed.EpochAsync(db);

        await Refusal.ByAsync(
            "ck_epochs_blocks",
            () => db.Epochs.ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.LastBlock, 29UL), Seed.Token)
        );
        var id = await Seed.ApplicationAsync(db);
        var epoch = Seed.NewEpoch(id, 3, 0);
        epoch.InputIndexLowerBound = 1;
        db.Add(epoch);
        await Refusal.ByAsync("ck_epochs_bounds", () => Seed.SaveAsync(db));
    }

    [Theory]
    [OnBothDatabases]
    public async Task Virtual_indexes_are_unique_and_have_no_gaps(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);

        db.Add(Seed.NewEpoch(id, 5, 2));
        await Refusal.ByAsync("epoch_without_gap", () => Seed.SaveAsync(db));
        db.ChangeTracker.Clear();
        db.Add(Seed.NewEpoch(id, 5, 0));
        await Refusal.AsDuplicateAsync(() => Seed.SaveAsync(db));
        db.ChangeTracker.Clear();
        db.AddRange(Seed.NewEpoch(id, 8, 2), Seed.NewEpoch(id, 5, 1, EpochStatus.Closed));
        await Seed.SaveAsync(db);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_submitted_claim_has_its_transaction(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        await Seed.BringToAsync(db, id, 3, EpochStatus.ClaimCalculated);

        await Refusal.ByAsync(
            "ck_epochs_claim_transaction",
            () =>
                db.MoveEpochAsync(
                    id,
                    3,
                    EpochStatus.ClaimCalculated,
                    EpochStatus.ClaimSubmitted,
                    Seed.Now,
                    set => set.SetProperty(epoch => epoch.ClaimTransactionHash, (Hash32?)null),
                    Seed.Token
                )
        );
    }
}
