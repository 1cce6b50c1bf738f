using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence.Tests;

public sealed class InboxTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task Of_concurrent_copies_of_a_message_one_is_handled(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (message, consumer) = (Guid.NewGuid(), Guid.NewGuid());

        var taken = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(_ => database.NewContext())
                .ToList()
                .Select(async db =>
                {
                    await using var transaction = await db.Database.BeginTransactionAsync(Token);
                    var first = await database.Provider.TryAddInboxAsync(db, message, consumer, Seed.Now, Token);
                    await transaction.CommitAsync(Token);
                    return first;
                })
        );

        taken.Count(first => first).ShouldBe(1);
        var row = await database.NewContext().Inbox.SingleAsync(Token);
        (row.MessageId, row.ConsumerId, row.ReceivedAt).ShouldBe((message, consumer, Seed.Now));
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_copy_whose_first_handling_was_rolled_back_is_handled_again(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var db = database.NewContext();
        var (message, consumer) = (Guid.NewGuid(), Guid.NewGuid());
        await using (await db.Database.BeginTransactionAsync(Token))
            (await database.Provider.TryAddInboxAsync(db, message, consumer, Seed.Now, Token)).ShouldBeTrue();

        await using var transaction = await db.Database.BeginTransactionAsync(Token);
        (await database.Provider.TryAddInboxAsync(db, message, consumer, Seed.Now, Token)).ShouldBeTrue();
        (await database.Provider.TryAddInboxAsync(db, message, Guid.NewGuid(), Seed.Now, Token)).ShouldBeTrue();
    }
}
