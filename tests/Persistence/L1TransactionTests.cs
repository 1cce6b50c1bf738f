using Rollups.Domain;

namespace Rollups.Persistence.Tests;

public sealed class L1TransactionTests
{
    [Theory]
    [OnBothDatabases]
    public async Task A_nonce_has_one_transaction_unless_the_others_are_dropped(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var first = await Seed.EpochAsync(db);
        var second = await Seed.EpochAsync(db);
        db.Add(NewTransaction(first, nonce: 7, TransactionState.Dropped));
        db.Add(NewTransaction(first, nonce: 7, TransactionState.Confirmed));
        await Seed.SaveAsync(db);

        db.Add(NewTransaction(second, nonce: 7, TransactionState.Pending));
        await Refusal.AsDuplicateAsync(() => Seed.SaveAsync(db));
        db.ChangeTracker.Clear();
        db.Add(NewTransaction(second, nonce: 8, TransactionState.Pending));
        await Seed.SaveAsync(db);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_epoch_has_one_pending_transaction(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var id = await Seed.EpochAsync(db);
        db.Add(NewTransaction(id, nonce: 1, TransactionState.Reverted));
        db.Add(NewTransaction(id, nonce: 2, TransactionState.Pending));
        await Seed.SaveAsync(db);

        db.Add(NewTransaction(id, nonce: 3, TransactionState.Pending));
        await Refusal.AsDuplicateAsync(() => Seed.SaveAsync(db));
    }

    private static L1Transaction NewTransaction(int application, ulong nonce, TransactionState state) =>
        new()
        {
            ChainId = 31337,
            Signer = Seed.Address(1),
            Nonce = nonce,
            ApplicationId = application,
            EpochIndex = 3,
            TransactionHash = Seed.Hash((int)nonce),
            GasLimit = 100_000,
            SignedTransaction = [1],
            State = state,
            SentAtBlock = 1,
            CreatedAt = Seed.Now,
            UpdatedAt = Seed.Now,
        };
}
