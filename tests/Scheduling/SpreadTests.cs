namespace Rollups.Scheduling.Tests;

public sealed class SpreadTests
{
    [Fact]
    public void Syncs_of_one_interval_are_spread_evenly_over_it()
    {
        var interval = TimeSpan.FromSeconds(30);
        Enumerable
            .Range(0, 5)
            .Select(i => SchedulingServiceCollectionExtensions.SpreadOffset(interval, i, 5).TotalSeconds)
            .ShouldBe([0, 6, 12, 18, 24]);
    }
}
