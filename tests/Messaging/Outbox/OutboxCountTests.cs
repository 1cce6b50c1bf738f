using Microsoft.Extensions.Time.Testing;
using Rollups.Messaging.Tests.Nodes;

namespace Rollups.Messaging.Tests.Outbox;

public sealed class OutboxCountTests : IDisposable
{
    private readonly TestSettings _settings = TestSettings.Embedded();

    public void Dispose() => _settings.Dispose();

    [Fact]
    public async Task A_count_that_took_long_is_not_repeated_for_a_hundred_times_as_long_unless_the_outbox_was_empty()
    {
        // Each look at the clock is a tenth of a second later: a count takes as long.
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(100) };
        var count = new OutboxCount(clock);
        // Commits and does not deliver.
        await using var node = await TestNode.BuildAsync(_settings);
        await node.CommitAsync(Events.Closed(1, 1), Events.Closed(1, 2));
        (await ReadAsync()).ShouldBe(2);

        await node.CommitAsync(Events.Closed(1, 3));
        (await ReadAsync()).ShouldBe(2);
        clock.Advance(TimeSpan.FromSeconds(60));
        (await ReadAsync()).ShouldBe(3);

        (await ReadAsync(isEmpty: true)).ShouldBe(0);
        (await ReadAsync()).ShouldBe(3);

        Task<long> ReadAsync(bool isEmpty = false) => node.ReadAsync(db => count.ReadAsync(db, isEmpty, Patience.Token));
    }
}
