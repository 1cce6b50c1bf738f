using Rollups.Api.Feed;
using Rollups.Api.Tests.Hosts;

namespace Rollups.Api.Tests.Feed;

/// <summary>The newest events in memory.</summary>
public sealed class FeedRingTests
{
    [Fact]
    public void It_keeps_the_newest_and_says_when_a_reader_is_too_far_behind()
    {
        var ring = new FeedRing("log", last: 10, capacity: 4);
        ring.Append(Enumerable.Range(11, 6).Select(number => Item(number)));
        (ring.First, ring.Last).ShouldBe((13, 16));
        var into = new FeedItem[10];
        ring.Read(11, into).ShouldBe(-1);
        ring.Read(12, into).ShouldBe(4);
        into.Take(4).Select(item => item.Number).ShouldBe([13, 14, 15, 16]);
        ring.Read(14, into.AsSpan(0, 1)).ShouldBe(1);
        into[0].Number.ShouldBe(15);
        ring.Read(16, into).ShouldBe(0);
        ring.Read(99, into).ShouldBe(0);
    }

    [Fact]
    public void It_is_bounded_by_bytes_too()
    {
        var ring = new FeedRing("log", last: 0, capacity: 100, mostBytes: 1000);
        ring.Append(Enumerable.Range(1, 50).Select(number => Item(number, bytes: 100)));
        ring.Snapshot().Count.ShouldBe(10);
        ring.Append([Item(51, bytes: 5000)]);
        ring.Snapshot().Select(item => item.Number).ShouldBe([51]);
    }

    [Fact]
    public void An_event_is_taken_once_and_a_gap_empties_it()
    {
        var ring = new FeedRing("log", last: 0);
        ring.Append([Item(1), Item(2), Item(2), Item(1)]);
        ring.Snapshot().Select(item => item.Number).ShouldBe([1, 2]);
        ring.Append([Item(7)]);
        ring.Snapshot().Select(item => item.Number).ShouldBe([7]);
        ring.Read(2, new FeedItem[1]).ShouldBe(-1);
    }

    private static FeedItem Item(long number, int bytes = 10) =>
        new(number, Seed.Echo, "epoch.closed", Seed.Start, Seed.Start, new byte[bytes]);
}
