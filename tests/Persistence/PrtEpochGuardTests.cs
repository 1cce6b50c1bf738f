using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Domain;

namespace Rollups.Persistence.Tests;

/// <summary>What an epoch under Dave has besides: its tournament, its commitment and its settlement.</summary>
public sealed class PrtEpochGuardTests
{
    [Theory]
    [OnBothDatabases]
    public async Task The_tournament_the_commitment_and_the_settlement_of_an_epoch_never_change_once_stored(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await Seed.EpochAsync(db);
        (await ChangeAsync(set => set.SetProperty(row => row.TournamentAddress, Seed.Address(1)))).ShouldBe(1);
        (
            await ChangeAsync(set =>
                set.SetProperty(row => row.Commitment, Seed.Hash(1)).SetProperty(row => row.CommitmentProof, new byte[48 * 32])
            )
        ).ShouldBe(1);
        (
            await ChangeAsync(set =>
                set.SetProperty(row => row.SettledMachineHash, Seed.Hash(1))
                    .SetProperty(row => row.SettledOutputsMerkleRoot, Seed.Hash(2))
                    .SetProperty(row => row.SettlementTransactionHash, Seed.Hash(3))
            )
        ).ShouldBe(1);
        Action<UpdateSettersBuilder<Epoch>>[] changes =
        [
            set => set.SetProperty(row => row.TournamentAddress, Seed.Address(2)),
            set => set.SetProperty(row => row.TournamentAddress, (Address?)null),
            set => set.SetProperty(row => row.Commitment, Seed.Hash(2)),
            set => set.SetProperty(row => row.CommitmentProof, (byte[])[.. new byte[(48 * 32) - 1], 1]),
            set => set.SetProperty(row => row.Commitment, (Hash32?)null).SetProperty(row => row.CommitmentProof, (byte[]?)null),
            set => set.SetProperty(row => row.SettledMachineHash, Seed.Hash(9)),
            set => set.SetProperty(row => row.SettledOutputsMerkleRoot, Seed.Hash(9)),
            set => set.SetProperty(row => row.SettlementTransactionHash, Seed.Hash(9)),
            set =>
                set.SetProperty(row => row.SettledMachineHash, (Hash32?)null)
                    .SetProperty(row => row.SettledOutputsMerkleRoot, (Hash32?)null)
                    .SetProperty(row => row.SettlementTransactionHash, (Hash32?)null),
        ];
        foreach (var change in changes)
            await Refusal.ByAsync("epoch_tournament", () => ChangeAsync(change));
        (
            await ChangeAsync(set =>
                set.SetProperty(row => row.TournamentAddress, Seed.Address(1)).SetProperty(row => row.Commitment, Seed.Hash(1))
            )
        ).ShouldBe(1);

        Task<int> ChangeAsync(Action<UpdateSettersBuilder<Epoch>> change) => db.Epochs.ExecuteUpdateAsync(change, Seed.Token);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_commitment_has_48_siblings_and_a_settlement_is_whole(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        await Seed.EpochAsync(db);
        Action<UpdateSettersBuilder<Epoch>>[] commitments =
        [
            set => set.SetProperty(row => row.Commitment, Seed.Hash(1)),
            set => set.SetProperty(row => row.CommitmentProof, new byte[48 * 32]),
            set => set.SetProperty(row => row.Commitment, Seed.Hash(1)).SetProperty(row => row.CommitmentProof, new byte[47 * 32]),
            set => set.SetProperty(row => row.Commitment, Seed.Hash(1)).SetProperty(row => row.CommitmentProof, new byte[(48 * 32) + 1]),
        ];
        Action<UpdateSettersBuilder<Epoch>>[] settlements =
        [
            set => set.SetProperty(row => row.SettledMachineHash, Seed.Hash(1)),
            set => set.SetProperty(row => row.SettledOutputsMerkleRoot, Seed.Hash(1)),
            set => set.SetProperty(row => row.SettlementTransactionHash, Seed.Hash(1)),
            set =>
                set.SetProperty(row => row.SettledMachineHash, Seed.Hash(1))
                    .SetProperty(row => row.SettlementTransactionHash, Seed.Hash(1)),
        ];
        foreach (var change in commitments)
            await Refusal.ByAsync("ck_epochs_commitment_whole", () => db.Epochs.ExecuteUpdateAsync(change, Seed.Token));
        foreach (var change in settlements)
            await Refusal.ByAsync("ck_epochs_settlement_whole", () => db.Epochs.ExecuteUpdateAsync(change, Seed.Token));
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_epoch_with_a_tournament_has_its_claim_calculated_only_with_a_commitment(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        await db.Epochs.ExecuteUpdateAsync(set => set.SetProperty(row => row.TournamentAddress, Seed.Address(1)), Seed.Token);
        await Seed.BringToAsync(db, id, 3, EpochStatus.InputsProcessed);

        await Refusal.ByAsync(
            "ck_epochs_tournament_needed",
            () => Seed.MoveAsync(db, id, 3, EpochStatus.InputsProcessed, EpochStatus.ClaimCalculated)
        );

        (
            await db.MoveEpochAsync(
                id,
                3,
                EpochStatus.InputsProcessed,
                EpochStatus.ClaimCalculated,
                Seed.Now,
                set => set.SetProperty(row => row.Commitment, Seed.Hash(1)).SetProperty(row => row.CommitmentProof, new byte[48 * 32]),
                Seed.Token
            )
        ).ShouldBeTrue();
    }
}
