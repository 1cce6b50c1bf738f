using Microsoft.Extensions.Time.Testing;

namespace Rollups.Messaging.Tests.Outbox;

public sealed class OutboxSweepPaceTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task The_pauses_of_an_empty_outbox_grow_to_those_of_the_other_fallbacks()
    {
        using var pace = new OutboxSweepPace(_clock);
        List<int> pauses = [];
        for (var sweep = 0; sweep < 7; sweep++)
        {
            pauses.Add(await PauseAsync(pace));
            pace.FoundNothing();
        }

        pauses.ShouldBe([1, 2, 4, 8, 16, 30, 30]);
    }

    [Fact]
    public async Task Whatever_may_wait_is_looked_for_within_a_second_and_every_second_from_then_on()
    {
        using var pace = new OutboxSweepPace(_clock);
        for (var sweep = 0; sweep < 7; sweep++)
            pace.FoundNothing();
        var next = pace.NextAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(10));
        next.IsCompleted.ShouldBeFalse();

        pace.Hurry();
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await next).ShouldBeTrue();
        pace.Hurry();
        (await PauseAsync(pace)).ShouldBe(1);
        pace.FoundNothing();
        (await PauseAsync(pace)).ShouldBe(2);
    }

    /// <summary>Seconds until the next sweep.</summary>
    private async Task<int> PauseAsync(OutboxSweepPace pace)
    {
        var next = pace.NextAsync(TestContext.Current.CancellationToken);
        for (var seconds = 1; ; seconds++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            if (next.IsCompleted)
            {
                (await next).ShouldBeTrue();
                return seconds;
            }
        }
    }
}
