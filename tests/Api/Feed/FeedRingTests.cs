using Rollups.Api.Feed;
using Rollups.Api.Tests.Hosts;
using Rollups.Domain;

namespace Rollups.Api.Tests.Feed;

/// <summary>The newest events in memory.</summary>
public sealed class FeedRingTests
{
    private static readonly DateTimeOffset Now = Seed.Start.AddHours(1);

    [Fact]
    public void It_keeps_the_newest_and_says_when_a_reader_is_too_far_behind()
    {
        var ring = new FeedRing("log", last: 10, capacity: 4);
        ring.Append(Enumerable.Range(11, 6).Select(number => Item(number)), Now);
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
        ring.Append(Enumerable.Range(1, 50).Select(number => Item(number, bytes: 100)), Now);
        ring.Snapshot().Count.ShouldBe(10);
        ring.Append([Item(51, bytes: 5000)], Now);
        ring.Snapshot().Select(item => item.Number).ShouldBe([51]);
    }

    [Fact]
    public void An_event_is_taken_once_and_a_gap_empties_it()
    {
        var ring = new FeedRing("log", last: 0);
        ring.Append([Item(1), Item(2), Item(2), Item(1)], Now);
        ring.Snapshot().Select(item => item.Number).ShouldBe([1, 2]);
        ring.Append([Item(7)], Now);
        ring.Snapshot().Select(item => item.Number).ShouldBe([7]);
        ring.Read(2, new FeedItem[1]).ShouldBe(-1);
    }

    [Fact]
    public void It_counts_the_last_minute_whatever_it_keeps()
    {
        var ring = new FeedRing("log", last: 0, capacity: 4);
        ring.Append(Enumerable.Range(1, 100).Select(number => Item(number, at: Now.AddSeconds(-61))), Now);
        ring.Append(Enumerable.Range(101, 300).Select(number => Item(number, at: Now.AddSeconds(-number % 60))), Now);
        // A recorder whose clock is ahead.
        ring.Append([Item(401, at: Now.AddHours(1))], Now);
        ring.Append([Item(402, kind: "epoch.claim_submitted", at: Now), Item(403, kind: "epoch.claim_accepted", at: Now)], Now);
        var minute = ring.LastMinute(Now);
        minute.IsWhole.ShouldBeTrue();
        minute.Of(["epoch.closed"]).ShouldBe(301);
        minute.Of(EventKinds.All).ShouldBe(303);
        minute.Claims.ShouldBe(new Dictionary<Address, int> { [Seed.Echo] = 2 });
        ring.LastMinute(Now.AddSeconds(30)).Of(EventKinds.All).ShouldBe(153);
        ring.LastMinute(Now.AddSeconds(60)).Of(EventKinds.All).ShouldBe(0);
    }

    [Fact]
    public void Its_counts_are_lower_bounds_until_it_has_a_whole_minute()
    {
        // The newest of a longer log, and they are young.
        var ring = new FeedRing("log", last: 10, begun: Now);
        ring.Append([Item(11, at: Now.AddSeconds(-20)), Item(12, at: Now)], Now);
        ring.LastMinute(Now)
            .ShouldSatisfyAllConditions(minute => minute.IsWhole.ShouldBeFalse(), minute => minute.Of(["epoch.closed"]).ShouldBe(2));
        ring.LastMinute(Now.AddSeconds(39)).IsWhole.ShouldBeFalse();
        ring.LastMinute(Now.AddSeconds(40)).IsWhole.ShouldBeTrue();
        // Events are missing that were recorded at some time before this one.
        ring.Append([Item(20, at: Now.AddSeconds(50))], Now.AddSeconds(50));
        ring.LastMinute(Now.AddSeconds(51)).IsWhole.ShouldBeFalse();
        ring.LastMinute(Now.AddSeconds(110)).IsWhole.ShouldBeTrue();

        // They reach back for longer than a minute.
        ring = new FeedRing("log", last: 10, begun: Now);
        ring.Append([Item(11, at: Now.AddSeconds(-90)), Item(12, at: Now)], Now);
        ring.LastMinute(Now).IsWhole.ShouldBeTrue();
    }

    private static FeedItem Item(long number, int bytes = 10, string kind = "epoch.closed", DateTimeOffset? at = null) =>
        new(number, Seed.Echo, kind, Seed.Start, at ?? Seed.Start, new byte[bytes]);
}
