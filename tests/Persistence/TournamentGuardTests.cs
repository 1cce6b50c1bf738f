using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Domain;

namespace Rollups.Persistence.Tests;

/// <summary>Rows of tournaments are facts of L1 or of the machine: they are added, ended once, and never altered.</summary>
public sealed class TournamentGuardTests
{
    [Theory]
    [OnBothDatabases]
    public async Task Machine_states_of_an_input_never_change(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);
        db.Add(NewState(id, 0, 1 << 24));
        await Seed.SaveAsync(db);
        Action<UpdateSettersBuilder<StateHash>>[] changes =
        [
            set => set.SetProperty(row => row.MachineHash, Seed.Hash(99)),
            set => set.SetProperty(row => row.Repetitions, 5UL),
            set => set.SetProperty(row => row.Position, 5UL),
        ];
        foreach (var change in changes)
            await Refusal.ByAsync("state_hash_final", () => db.StateHashes.ExecuteUpdateAsync(change, Seed.Token));
    }

    [Theory]
    [OnBothDatabases]
    public async Task Machine_states_are_those_of_an_input_of_the_epoch_in_runs_that_fit_into_it(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);

        await RefusedAsync("ck_state_hashes_repetitions", NewState(id, 0, 0));
        await RefusedAsync("ck_state_hashes_repetitions", NewState(id, 0, (1 << 24) + 1));
        foreach (var (epoch, input) in new[] { (3UL, 1UL), (4UL, 0UL) })
        {
            var stranger = NewState(id, 0, 1);
            (stranger.EpochIndex, stranger.InputIndex) = (epoch, input);
            await RefusedAsync(kind == DatabaseKind.Postgresql ? "fk_state_hashes_inputs" : "FOREIGN KEY", stranger);
        }

        db.AddRange(NewState(id, 0, 1), NewState(id, 1, (1 << 24) - 1));
        await Seed.SaveAsync(db);
        db.Add(NewState(id, 1, 1));
        await Refusal.AsDuplicateAsync(() => Seed.SaveAsync(db));

        async Task RefusedAsync(string name, StateHash row)
        {
            db.ChangeTracker.Clear();
            db.Add(row);
            await Refusal.ByAsync(name, () => Seed.SaveAsync(db));
            db.ChangeTracker.Clear();
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_tournament_ends_once_and_its_result_never_changes(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await TournamentAsync(db);

        await Refusal.ByAsync("ck_tournaments_winner", () => Finish(null, Seed.Hash(1), Seed.Hash(2)));
        await Refusal.ByAsync("ck_tournaments_winner", () => Finish(9, Seed.Hash(1), null));
        (await Finish(9, Seed.Hash(1), Seed.Hash(2))).ShouldBe(1);

        await Refusal.ByAsync("tournament_finished", () => Finish(10, Seed.Hash(1), Seed.Hash(2)));
        await Refusal.ByAsync("tournament_finished", () => Finish(9, Seed.Hash(3), Seed.Hash(2)));
        await Refusal.ByAsync("tournament_finished", () => Finish(9, Seed.Hash(1), Seed.Hash(3)));
        await Refusal.ByAsync("tournament_finished", () => Finish(9, null, null));
        await Refusal.ByAsync("tournament_finished", () => Finish(null, null, null));
        (await Finish(9, Seed.Hash(1), Seed.Hash(2))).ShouldBe(1);
        (await db.Tournaments.ExecuteUpdateAsync(set => set.SetProperty(row => row.SearchedToBlock, 99UL), Seed.Token)).ShouldBe(1);

        Task<int> Finish(ulong? block, Hash32? winner, Hash32? final) =>
            db.Tournaments.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.FinishedAtBlock, block)
                        .SetProperty(row => row.WinnerCommitment, winner)
                        .SetProperty(row => row.FinalStateHash, final),
                Seed.Token
            );
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_tournament_that_ended_without_a_winner_gets_none_later(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await TournamentAsync(db);
        await db.Tournaments.ExecuteUpdateAsync(set => set.SetProperty(row => row.FinishedAtBlock, 9UL), Seed.Token);

        await Refusal.ByAsync(
            "tournament_finished",
            () =>
                db.Tournaments.ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.WinnerCommitment, Seed.Hash(1)).SetProperty(row => row.FinalStateHash, Seed.Hash(2)),
                    Seed.Token
                )
        );
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_root_tournament_has_no_parent_and_every_other_one_has_its_match(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await TournamentAsync(db);
        Action<Tournament>[] breaks =
        [
            row => row.Level = 1,
            row => row.ParentAddress = Seed.Address(5),
            row => (row.ParentAddress, row.ParentMatchIdHash) = (Seed.Address(5), Seed.Hash(6)),
            row => (row.Level, row.ParentAddress) = (1, Seed.Address(5)),
            row => (row.Level, row.ParentMatchIdHash) = (1, Seed.Hash(6)),
        ];
        foreach (var change in breaks)
        {
            var row = Root(id, Seed.Address(8));
            change(row);
            db.Add(row);
            await Refusal.ByAsync("ck_tournaments_parent", () => Seed.SaveAsync(db));
            db.ChangeTracker.Clear();
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task What_a_tournament_is_never_changes_and_its_cursor_only_grows(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await TournamentAsync(db);
        await db.Tournaments.ExecuteUpdateAsync(set => set.SetProperty(row => row.SearchedToBlock, 50UL), Seed.Token);
        Action<UpdateSettersBuilder<Tournament>>[] changes =
        [
            set => set.SetProperty(row => row.Height, 17UL),
            set => set.SetProperty(row => row.StartBlock, 31UL),
            set => set.SetProperty(row => row.Allowance, 61UL),
            set => set.SetProperty(row => row.SearchedToBlock, 49UL),
            set => set.SetProperty(row => row.Log2Step, 27UL),
        ];
        foreach (var change in changes)
            await Refusal.ByAsync("tournament_fixed", () => db.Tournaments.ExecuteUpdateAsync(change, Seed.Token));
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_match_is_deleted_once_whole_and_never_changes_after_that(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await TournamentAsync(db);
        db.Add(
            new TournamentMatch
            {
                ApplicationId = id,
                TournamentAddress = Seed.Address(7),
                IdHash = Seed.Hash(1),
                CommitmentOne = Seed.Hash(2),
                CommitmentTwo = Seed.Hash(3),
                LeftOfTwo = Seed.Hash(4),
                BlockNumber = 35,
                TransactionHash = Seed.Hash(5),
            }
        );
        await Seed.SaveAsync(db);

        await Refusal.ByAsync("ck_matches_deletion_whole", () => Delete(MatchDeletion.Timeout, MatchWinner.One, null, Seed.Hash(6)));
        await Refusal.ByAsync("ck_matches_deletion_whole", () => Delete(MatchDeletion.Timeout, MatchWinner.One, 40, null));
        await Refusal.ByAsync("ck_matches_deletion_whole", () => Delete(MatchDeletion.NotDeleted, MatchWinner.One, null, null));
        await Refusal.ByAsync("ck_matches_deletion_whole", () => Delete(MatchDeletion.NotDeleted, MatchWinner.None, 40, Seed.Hash(6)));
        (await Delete(MatchDeletion.Timeout, MatchWinner.One, 40, Seed.Hash(6))).ShouldBe(1);

        await Refusal.ByAsync("match_deleted", () => Delete(MatchDeletion.Step, MatchWinner.One, 40, Seed.Hash(6)));
        await Refusal.ByAsync("match_deleted", () => Delete(MatchDeletion.Timeout, MatchWinner.Two, 40, Seed.Hash(6)));
        await Refusal.ByAsync("match_deleted", () => Delete(MatchDeletion.Timeout, MatchWinner.One, 41, Seed.Hash(6)));
        await Refusal.ByAsync("match_deleted", () => Delete(MatchDeletion.Timeout, MatchWinner.One, 40, Seed.Hash(7)));
        await Refusal.ByAsync("match_deleted", () => Delete(MatchDeletion.NotDeleted, MatchWinner.None, null, null));
        (await Delete(MatchDeletion.Timeout, MatchWinner.One, 40, Seed.Hash(6))).ShouldBe(1);

        Task<int> Delete(MatchDeletion deletion, MatchWinner winner, ulong? block, Hash32? transaction) =>
            db.TournamentMatches.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.Deletion, deletion)
                        .SetProperty(row => row.Winner, winner)
                        .SetProperty(row => row.DeletionBlockNumber, block)
                        .SetProperty(row => row.DeletionTransactionHash, transaction),
                Seed.Token
            );
    }

    private static StateHash NewState(int applicationId, ulong position, ulong repetitions) =>
        new()
        {
            ApplicationId = applicationId,
            EpochIndex = 3,
            InputIndex = 0,
            Position = position,
            MachineHash = Seed.Hash(1),
            Repetitions = repetitions,
        };

    /// <summary>An application with epoch 3 and its root tournament.</summary>
    private static async Task<int> TournamentAsync(RollupsDbContext db)
    {
        var id = await Seed.EpochAsync(db);
        db.Add(Root(id, Seed.Address(7)));
        await Seed.SaveAsync(db);
        return id;
    }

    private static Tournament Root(int application, Address address) =>
        new()
        {
            ApplicationId = application,
            EpochIndex = 3,
            Address = address,
            MaxLevel = 3,
            Level = 0,
            Log2Step = 44,
            Height = 48,
            StartBlock = 30,
            Allowance = 60,
        };
}
