using CsCheck;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Persistence.Tests;

public sealed class InputGuardTests
{
    [Theory]
    [OnBothDatabases]
    public async Task A_result_has_both_hashes_and_an_input_that_did_not_run_has_none(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await Seed.EpochAsync(db, inputs: 1);
        foreach (var status in Enum.GetValues<InputStatus>())
        {
            foreach (
                var (machine, outputs) in new (Hash32?, Hash32?)[]
                {
                    (null, null),
                    (Seed.Hash(1), null),
                    (null, Seed.Hash(1)),
                    (Seed.Hash(1), Seed.Hash(1)),
                }
            )
            {
                if ((status == InputStatus.None) == (machine is null && outputs is null) && (machine is null) == (outputs is null))
                    continue;
                await Refusal.ByAsync(
                    "ck_inputs_result_whole",
                    () =>
                        db.Inputs.ExecuteUpdateAsync(
                            set =>
                                set.SetProperty(input => input.Status, status)
                                    .SetProperty(input => input.MachineHash, machine)
                                    .SetProperty(input => input.OutputsMerkleRoot, outputs)
                                    .SetProperty(input => input.ExceptionData, status == InputStatus.Exception ? new byte[] { 1 } : null),
                            Seed.Token
                        )
                );
            }
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task Exception_data_comes_with_an_exception_and_with_nothing_else(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        foreach (var status in Enum.GetValues<InputStatus>())
        {
            var id = await Seed.EpochAsync(db, inputs: 1);
            Task<int> Complete(byte[]? data) =>
                db
                    .Inputs.Where(input => input.ApplicationId == id)
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(input => input.Status, status)
                                .SetProperty(input => input.ExceptionData, data)
                                .SetProperty(input => input.MachineHash, status == InputStatus.None ? null : Seed.Hash(1))
                                .SetProperty(input => input.OutputsMerkleRoot, status == InputStatus.None ? null : Seed.Hash(2)),
                        Seed.Token
                    );
            await Refusal.ByAsync("ck_inputs_exception_data", () => Complete(status == InputStatus.Exception ? null : []));
            (await Complete(status == InputStatus.Exception ? [] : null)).ShouldBe(1);
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_completed_input_never_changes(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);
        db.Add(Seed.NewEpoch(id, 4, 1));
        await Seed.SaveAsync(db);
        await Seed.CompleteAsync(db, id);
        Action<UpdateSettersBuilder<Input>>[] changes =
        [
            set => set.SetProperty(input => input.Status, InputStatus.Rejected),
            set => set.SetProperty(input => input.MachineHash, Seed.Hash(9)),
            set => set.SetProperty(input => input.OutputsMerkleRoot, Seed.Hash(9)),
            set => set.SetProperty(input => input.EpochIndex, 4UL),
            set => set.SetProperty(input => input.BlockNumber, 9UL),
            set => set.SetProperty(input => input.TransactionHash, Seed.Hash(9)),
            set => set.SetProperty(input => input.LogIndex, 9UL),
            set =>
                set.SetProperty(input => input.Status, InputStatus.None)
                    .SetProperty(input => input.MachineHash, (Hash32?)null)
                    .SetProperty(input => input.OutputsMerkleRoot, (Hash32?)null),
        ];
        foreach (var change in changes)
            await Refusal.ByAsync("input_completed", () => db.Inputs.ExecuteUpdateAsync(change, Seed.Token));
        (await db.Inputs.ExecuteUpdateAsync(set => set.SetProperty(input => input.UpdatedAt, Seed.Now.AddDays(1)), Seed.Token)).ShouldBe(
            1
        );
    }

    [Theory]
    [OnBothDatabases]
    public async Task The_payload_of_an_input_never_changes_even_before_it_is_run(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await Seed.EpochAsync(db, inputs: 1);

        await Refusal.ByAsync(
            "input_payload",
            () => db.Inputs.ExecuteUpdateAsync(set => set.SetProperty(input => input.RawData, [9]), Seed.Token)
        );
    }

    [Theory]
    [OnBothDatabases]
    public async Task Indexes_of_inputs_outputs_and_reports_have_no_gaps(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 2);

        await RefuseAsync("input_without_gap", Seed.NewInput(id, 3, 3));
        await RefuseAsync("output_without_gap", Seed.NewOutput(id, 3, 0, 1));
        await RefuseAsync("report_without_gap", Seed.NewReport(id, 3, 0, 1));
        await RefuseAsync("input_without_gap", Seed.NewInput(id, 3, 2), Seed.NewInput(id, 3, 4));
        // Given to the change tracker in reverse, stored in order.
        db.AddRange(
            Seed.NewInput(id, 3, 3),
            Seed.NewInput(id, 3, 2),
            Seed.NewOutput(id, 3, 1, 1),
            Seed.NewOutput(id, 3, 0, 0),
            Seed.NewReport(id, 3, 1, 1),
            Seed.NewReport(id, 3, 1, 0)
        );
        await Seed.SaveAsync(db);

        async Task RefuseAsync(string guard, params object[] rows)
        {
            db.AddRange(rows);
            await Refusal.ByAsync(guard, () => Seed.SaveAsync(db));
            db.ChangeTracker.Clear();
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task Thousands_of_inputs_go_in_with_one_save_in_any_order(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);

        db.AddRange(Gen.Shuffle(Enumerable.Range(0, 3000).ToArray()).Single().Select(index => Seed.NewInput(id, 3, (ulong)index)));
        await Seed.SaveAsync(db);

        (await db.Inputs.CountAsync(Seed.Token)).ShouldBe(3000);
        (await db.Inputs.MaxAsync(input => input.Index, Seed.Token)).ShouldBe(2999UL);
    }

    [Theory]
    [OnBothDatabases]
    public async Task One_log_is_one_input_of_an_application_but_may_belong_to_two_applications(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);
        var again = Seed.NewInput(id, 3, 1);
        (again.TransactionHash, again.LogIndex) = (Seed.Hash(0), 0);
        db.Add(again);

        await Refusal.AsDuplicateAsync(() => Seed.SaveAsync(db));

        db.ChangeTracker.Clear();
        await Seed.EpochAsync(db, inputs: 1);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_input_with_a_known_index_can_be_skipped_without_tripping_the_order(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 2);

        var rows = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO inputs (application_id, "index", epoch_index, block_number, block_hash, raw_data, transaction_hash, log_index,
                status, created_at, updated_at)
            SELECT application_id, "index", epoch_index, block_number, block_hash, raw_data, transaction_hash, log_index,
                status, created_at, updated_at
            FROM inputs WHERE application_id = {id}
            ON CONFLICT (application_id, "index") DO NOTHING
            """,
            Seed.Token
        );

        rows.ShouldBe(0);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_input_needs_an_epoch_that_is_not_through_the_machine(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);
        await Seed.BringToAsync(db, id, 3, EpochStatus.InputsProcessed);

        db.Add(Seed.NewInput(id, 3, 1));
        await Refusal.ByAsync("input_into_finished_epoch", () => Seed.SaveAsync(db));
        db.ChangeTracker.Clear();
        db.Add(Seed.NewInput(id, 4, 1));
        await Refusal.ByAsync(kind == DatabaseKind.Sqlite ? "FOREIGN KEY" : "fk_inputs", () => Seed.SaveAsync(db));
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_output_belongs_to_the_epoch_of_its_input(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);
        db.Add(Seed.NewEpoch(id, 4, 1));
        db.Add(Seed.NewOutput(id, 4, 0, 0));

        await Refusal.ByAsync(kind == DatabaseKind.Sqlite ? "FOREIGN KEY" : "fk_outputs", () => Seed.SaveAsync(db));
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_output_and_its_execution_are_written_once(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);
        db.Add(Seed.NewOutput(id, 3, 0, 0));
        await Seed.SaveAsync(db);
        Task<int> Execute(Hash32? transaction) =>
            db.Outputs.ExecuteUpdateAsync(set => set.SetProperty(output => output.ExecutionTransactionHash, transaction), Seed.Token);

        await Refusal.ByAsync(
            "output_final",
            () => db.Outputs.ExecuteUpdateAsync(set => set.SetProperty(output => output.RawData, [9]), Seed.Token)
        );
        (await Execute(Seed.Hash(3))).ShouldBe(1);
        await Refusal.ByAsync("output_final", () => Execute(null));
        await Refusal.ByAsync("output_final", () => Execute(Seed.Hash(4)));
    }

    [Theory]
    [OnBothDatabases]
    public async Task The_outputs_tree_of_an_epoch_is_written_once_and_whole(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);
        var tree = EpochTree.Append(new OutputsFrontier(), [.. Enumerable.Range(0, 300).Select(Seed.Hash)], id, 3);
        db.AddRange(tree.Rows);
        await Seed.SaveAsync(db);
        Task<int> Change(byte[] siblings) =>
            db.OutputsTrees.ExecuteUpdateAsync(set => set.SetProperty(row => row.Siblings, siblings), Seed.Token);

        await Refusal.ByAsync("outputs_tree_final", () => Change([]));
        await Refusal.ByAsync(
            "outputs_tree_chunk_final",
            () => db.OutputsTreeChunks.ExecuteUpdateAsync(set => set.SetProperty(row => row.EpochIndex, 4UL), Seed.Token)
        );
        db.Add(Seed.NewEpoch(id, 4, 1));
        await Seed.SaveAsync(db);
        await RefuseAsync("ck_outputs_trees_siblings_whole", NewTree(id, 0, 0, 31));
        await RefuseAsync("ck_outputs_trees_range", NewTree(id, 1, 0, 32));

        async Task RefuseAsync(string by, OutputsTree row)
        {
            db.Add(row);
            await Refusal.ByAsync(by, () => Seed.SaveAsync(db));
            db.ChangeTracker.Clear();
        }

        static OutputsTree NewTree(int application, ulong first, ulong last, int size) =>
            new()
            {
                ApplicationId = application,
                EpochIndex = 4,
                FirstIndex = first,
                LastIndex = last,
                Siblings = new byte[size],
            };
    }

    [Theory]
    [OnBothDatabases]
    public async Task Everything_of_an_application_goes_with_it(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 2);
        db.AddRange(Seed.NewOutput(id, 3, 0, 0), Seed.NewReport(id, 3, 1, 0));
        db.AddRange(EpochTree.Append(new OutputsFrontier(), [.. Enumerable.Range(0, 300).Select(Seed.Hash)], id, 3).Rows);
        await Seed.SaveAsync(db);

        await db.Applications.Where(app => app.Id == id).ExecuteDeleteAsync(Seed.Token);

        (
            await db.Epochs.AnyAsync(Seed.Token)
            || await db.Inputs.AnyAsync(Seed.Token)
            || await db.Outputs.AnyAsync(Seed.Token)
            || await db.OutputsTrees.AnyAsync(Seed.Token)
            || await db.OutputsTreeChunks.AnyAsync(Seed.Token)
            || await db.Reports.AnyAsync(Seed.Token)
        ).ShouldBeFalse();
    }
}
