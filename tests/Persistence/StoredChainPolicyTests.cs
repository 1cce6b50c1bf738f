namespace Rollups.Persistence.Tests;

public sealed class StoredChainPolicyTests
{
    [Theory]
    [InlineData("safe", "latest", false, "safe", null)]
    [InlineData("safe", "latest", true, "latest", null)]
    [InlineData("latest", "safe", false, "safe", 70ul)]
    [InlineData("latest", "finalized", false, "finalized", 70ul)]
    [InlineData("pending", "latest", false, "latest", 70ul)]
    [InlineData("finalized", "finalized", true, "finalized", null)]
    public void A_stricter_tag_replaces_the_stored_one_and_a_looser_one_needs_leave(
        string stored,
        string configured,
        bool allowLooser,
        string now,
        ulong? replaceable
    ) => new StoredChainPolicy(1, stored).Under(configured, allowLooser, 70).ShouldBe(new StoredChainPolicy(1, now, replaceable));

    [Fact]
    public void Blocks_of_a_looser_tag_stay_replaceable_through_further_changes_of_the_tag()
    {
        var policy = new StoredChainPolicy(1, "latest").Under("safe", false, 70).Under("finalized", false, 65);
        policy.ShouldBe(new StoredChainPolicy(1, "finalized", 70));
        StoredChainPolicy.Parse(policy.ToJson()).ShouldBe(policy);
    }

    [Theory]
    [InlineData("finalized", 90ul, 90ul)]
    [InlineData("latest", 90ul, 90ul)]
    [InlineData("finalized", 60ul, 70ul)]
    public void Each_start_raises_the_replaceable_block_while_there_is_one(string configured, ulong highestRead, ulong replaceable) =>
        new StoredChainPolicy(1, "finalized", 70)
            .Under(configured, false, highestRead)
            .ShouldBe(new StoredChainPolicy(1, "finalized", replaceable));

    [Theory]
    [OnBothDatabases]
    public async Task Rules_that_another_process_has_replaced_meanwhile_are_not_overwritten(DatabaseKind kind)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var db = database.NewContext();
        var first = new StoredChainPolicy(1, "latest");
        db.Add(new NodeConfiguration { Key = StoredChainPolicy.Key, Value = first.ToJson() });
        await db.SaveChangesAsync(cancel);
        var (read, json) = (await StoredChainPolicy.ReadAsync(db, cancel))!.Value;
        read.ShouldBe(first);

        var stricter = first with { DefaultBlock = "finalized", ReplaceableUpTo = 70 };
        (await stricter.ReplaceAsync(db, json, cancel)).ShouldBeTrue();
        (await (first with { DefaultBlock = "safe" }).ReplaceAsync(db, json, cancel)).ShouldBeFalse();

        (await StoredChainPolicy.ReadAsync(db, cancel))!.Value.Policy.ShouldBe(stricter);
    }
}
