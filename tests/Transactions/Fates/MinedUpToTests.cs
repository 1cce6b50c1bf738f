namespace Rollups.Transactions.Tests.Fates;

/// <summary>The highest block with a transaction of ours.</summary>
public sealed class MinedUpToTests
{
    [Fact]
    public void Never_falls()
    {
        var minedUpTo = new MinedUpTo();
        minedUpTo.Block.ShouldBe(0ul);

        minedUpTo.Raise(7);
        minedUpTo.Raise(3);

        minedUpTo.Block.ShouldBe(7ul);
    }

    [Fact]
    public void Keeps_the_highest_of_all_blocks_that_concurrent_runs_see()
    {
        for (var round = 0; round < 200; round++)
        {
            var minedUpTo = new MinedUpTo();
            Parallel.For(1, 65, block => minedUpTo.Raise((ulong)(block * 37 % 64)));
            minedUpTo.Block.ShouldBe(63ul);
        }
    }
}
