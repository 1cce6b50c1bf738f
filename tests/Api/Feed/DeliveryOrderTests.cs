using Rollups.Api.Feed;
using Rollups.Persistence;

namespace Rollups.Api.Tests.Feed;

/// <summary>Messages of one channel that are handled side by side keep the order of their delivery.</summary>
public sealed class DeliveryOrderTests
{
    private readonly List<string> _taken = [];
    private int _closed;
    private readonly DeliveryOrder _order;

    public DeliveryOrderTests() =>
        _order = new DeliveryOrder(
            entry => _taken.Add(entry.Row.Kind),
            () =>
            {
                _closed++;
                return Task.CompletedTask;
            }
        );

    [Fact]
    public void A_message_waits_for_those_before_it()
    {
        _order.Add(3, Entry("c"));
        _order.Add(2, Entry("b"));
        _taken.ShouldBeEmpty();
        _order.Add(1, Entry("a"));
        _order.Add(4, Entry("d"));
        _taken.ShouldBe(["a", "b", "c", "d"]);
    }

    [Fact]
    public void One_that_ends_without_a_record_holds_nobody_up()
    {
        _order.Add(3, Entry("c"));
        _order.End(1);
        _order.End(2);
        _taken.ShouldBe(["c"]);
        _order.End(3);
        _order.Add(4, Entry("d"));
        _taken.ShouldBe(["c", "d"]);
    }

    [Fact]
    public void One_that_ends_before_its_turn_is_not_recorded()
    {
        _order.Add(2, Entry("b"));
        _order.End(2);
        _order.Add(1, Entry("a"));
        _taken.ShouldBe(["a"]);
    }

    [Fact]
    public void A_repeated_attempt_is_passed_on_at_once()
    {
        _order.Add(1, Entry("a"));
        _order.Add(1, Entry("again"));
        _taken.ShouldBe(["a", "again"]);
    }

    [Fact]
    public async Task A_closed_channel_ends_what_waits_and_takes_no_more()
    {
        var early = Entry("b");
        _order.Add(2, early);
        await _order.ReturnAsync();
        _closed.ShouldBe(1);
        await Should.ThrowAsync<OperationCanceledException>(() => early.Stored);
        var late = Entry("a");
        _order.Add(1, late);
        await Should.ThrowAsync<OperationCanceledException>(() => late.Stored);
        _taken.ShouldBeEmpty();
    }

    private FeedEntry Entry(string name) => new(new FeedEvent { Kind = name, Body = "{}" }, _order);
}
