using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence.Tests;

/// <summary>The one way back that an epoch has: L1 took back a block that was not final.</summary>
public sealed class TakenBackGuardTests
{
    [Theory]
    [OnBothDatabases]
    public async Task What_is_final_never_goes_back_nor_becomes_provisional_again(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        foreach (var status in new[] { EpochStatus.ClaimSubmitted, EpochStatus.ClaimAccepted })
        {
            var id = await ProvisionalAsync(db, status);
            var rows = db.Epochs.Where(epoch => epoch.ApplicationId == id);
            await rows.ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.IsProvisional, false), Seed.Token);

            await Refusal.ByAsync(
                "epoch_taken_back",
                async () => await db.TakeClaimBackAsync(await LoadAsync(db, id), Seed.Now, Seed.Token)
            );
            await Refusal.ByAsync("epoch_taken_back", () => Seed.MoveAsync(db, id, 3, status, EpochStatus.ClaimCalculated));
            await Refusal.ByAsync(
                "epoch_final",
                () => rows.ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.IsProvisional, true), Seed.Token)
            );
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task Half_a_claim_is_not_taken_back_and_no_round_begins_without_that(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await ProvisionalAsync(db, EpochStatus.ClaimAccepted);

        await Refusal.ByAsync("epoch_taken_back", () => Seed.MoveAsync(db, id, 3, EpochStatus.ClaimAccepted, EpochStatus.ClaimCalculated));
        await Refusal.ByAsync(
            "epoch_round",
            () =>
                db
                    .Epochs.Where(epoch => epoch.ApplicationId == id)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(epoch => epoch.ClaimRound, 1).SetProperty(epoch => epoch.ClaimRevertedAt, Seed.Now),
                        Seed.Token
                    )
        );
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_execution_is_taken_back_while_its_block_can_be_replaced_and_never_after(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db, inputs: 1);
        db.Add(Seed.NewOutput(id, 3, 0, 0));
        await Seed.SaveAsync(db);
        var output = db.Outputs.Where(row => row.ApplicationId == id);
        await ExecuteAsync();
        (await ClearAsync()).ShouldBe(1);
        await ExecuteAsync();
        await output.ExecuteUpdateAsync(set => set.SetProperty(row => row.IsProvisional, false), Seed.Token);

        await Refusal.ByAsync("output_final", ClearAsync);

        Task<int> ExecuteAsync() =>
            output.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.ExecutionTransactionHash, Seed.Hash(1))
                        .SetProperty(row => row.ExecutionBlockNumber, 5ul)
                        .SetProperty(row => row.ExecutionBlockHash, Seed.Hash(2))
                        .SetProperty(row => row.IsProvisional, true),
                Seed.Token
            );

        Task<int> ClearAsync() =>
            output.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.ExecutionTransactionHash, (Hash32?)null)
                        .SetProperty(row => row.ExecutionBlockNumber, (ulong?)null)
                        .SetProperty(row => row.ExecutionBlockHash, (Hash32?)null)
                        .SetProperty(row => row.IsProvisional, false),
                Seed.Token
            );
    }

    private static Task<Epoch> LoadAsync(RollupsDbContext db, int applicationId) =>
        db.Epochs.AsNoTracking().SingleAsync(epoch => epoch.ApplicationId == applicationId, Seed.Token);

    private static async Task<int> ProvisionalAsync(RollupsDbContext db, EpochStatus status)
    {
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
