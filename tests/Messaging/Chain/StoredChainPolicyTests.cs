namespace Rollups.Messaging.Tests.Chain;

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
}
