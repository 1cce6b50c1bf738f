using CsCheck;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Persistence;

namespace Rollups.Messaging.Tests.Outbox;

public sealed class OutboxLanesTests
{
    [Fact]
    public void A_lane_depends_on_the_key_alone_and_not_on_its_case() =>
        Gen.Int.Sample(number =>
            OutboxLanes.Of(Events.Application(number).ToUpperInvariant()) == OutboxLanes.Of(Events.Application(number))
        );

    [Fact]
    public void Every_lane_is_in_range_and_applications_spread_over_all_of_them() =>
        Enumerable
            .Range(1, 1000)
            .Select(number => (int)OutboxLanes.Of(Events.Application(number)))
            .Distinct()
            .Order()
            .ShouldBe(Enumerable.Range(0, OutboxLane.Count));

    // A lane that differed between builds would let two messages of one application overtake each other during a rolling update.
    [Theory]
    [InlineData("", 5)]
    [InlineData("a", 12)]
    [InlineData("0x0000000000000000000000000000000000000001", 2)]
    public void Lanes_stay_the_same_from_build_to_build(string key, int lane) => OutboxLanes.Of(key).ShouldBe((short)lane);

    [Fact]
    public void Many_signals_are_one_and_a_set_signal_is_not_lost()
    {
        var lanes = new OutboxLanes();
        for (var i = 0; i < 10; i++)
            lanes.Signal(3, OutboxSignal.Commit);
        lanes.Signals(3).TryRead(out _).ShouldBeTrue();
        lanes.Signals(3).TryRead(out _).ShouldBeFalse();
        lanes.Signals(4).TryRead(out _).ShouldBeFalse();
    }
}
