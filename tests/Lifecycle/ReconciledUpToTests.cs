using Rollups.Domain;

namespace Rollups.Lifecycle.Tests;

/// <summary>How far back the searches of the reconciliation go.</summary>
public sealed class ReconciledUpToTests
{
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(10);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Address Failing = Address.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly Address Other = Address.Parse("0x00000000000000000000000000000000000000bb");

    private readonly ReconciledUpTo _upTo = new(LookBack);

    [Fact]
    public void An_application_that_is_not_reconciled_does_not_make_every_search_go_through_the_history()
    {
        _upTo.Since.ShouldBe(DateTimeOffset.UnixEpoch);

        _upTo.Found(Start, [Failing]);

        _upTo.Since.ShouldBe(Start - LookBack);
        _upTo.SinceOf(Failing).ShouldBe(DateTimeOffset.UnixEpoch);
        _upTo.SinceOf(Other).ShouldBe(Start - LookBack);
    }

    [Fact]
    public void It_stays_due_and_is_compared_from_where_it_was_found_until_it_is_reconciled()
    {
        _upTo.Found(Start, [Failing]);
        var later = Start + TimeSpan.FromHours(1);

        _upTo.Found(later, [Other]).Order().ShouldBe([Failing, Other]);
        _upTo.SinceOf(Failing).ShouldBe(DateTimeOffset.UnixEpoch);
        _upTo.SinceOf(Other).ShouldBe(Start - LookBack);

        _upTo.Done(Failing);
        _upTo.SinceOf(Failing).ShouldBe(later - LookBack);
        _upTo.Found(later, []).ShouldBe([Other]);
    }

    [Fact]
    public void What_finishes_after_the_clock_was_put_back_is_found()
    {
        _upTo.Found(Start + TimeSpan.FromDays(1), []);

        _upTo.Found(Start, []);

        _upTo.Since.ShouldBe(Start - LookBack);
    }

    [Fact]
    public void An_application_that_was_found_by_a_clock_ahead_is_compared_from_where_it_was_found()
    {
        _upTo.Found(Start + TimeSpan.FromDays(1), [Failing]);

        _upTo.Found(Start, []);

        _upTo.SinceOf(Failing).ShouldBe(DateTimeOffset.UnixEpoch);
    }
}
