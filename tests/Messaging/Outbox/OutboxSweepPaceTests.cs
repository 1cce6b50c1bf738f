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

    [Fact]
    public async Task A_look_of_somebody_else_at_an_empty_outbox_spares_an_idle_process_its_sweep_and_a_message_hurries_it()
    {
        using var pace = new OutboxSweepPace(_clock);
        for (var sweep = 0; sweep < 7; sweep++)
            pace.FoundNothing();
        var next = pace.NextAsync(TestContext.Current.CancellationToken);
        for (var look = 0; look < 3; look++)
        {
            _clock.Advance(TimeSpan.FromSeconds(27));
            pace.Saw(isEmpty: true);
        }

        next.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(27));
        pace.Saw(isEmpty: false);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await next).ShouldBeTrue();
        // Pauses that still grow are not prolonged.
        pace.FoundNothing();
        pace.Saw(isEmpty: true);
        (await PauseAsync(pace)).ShouldBe(2);
    }

    [Fact]
    public async Task The_sweep_comes_by_itself_if_nobody_looks_any_more()
    {
        using var pace = new OutboxSweepPace(_clock);
        for (var sweep = 0; sweep < 7; sweep++)
            pace.FoundNothing();
        pace.Saw(isEmpty: true);
        (await PauseAsync(pace)).ShouldBe(30);
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
