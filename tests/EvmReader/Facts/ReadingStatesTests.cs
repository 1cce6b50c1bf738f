using Rollups.Domain;
using Rollups.EvmReader.Facts;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Facts;

public sealed class ReadingStatesTests
{
    private static readonly ObservedApplication Row = new(
        1,
        "echo",
        FakeChain.AddressOf(1),
        FakeChain.AddressOf(9),
        5,
        6,
        ConsensusType.Authority,
        FakeChain.AddressOf(8),
        10,
        10,
        0,
        null,
        3,
        0
    );

    private static readonly NewestInput Newest = new(3, 9, FakeChain.HashOf("block 9"));

    private readonly ReadingStates _states = new();

    [Fact]
    public void What_is_remembered_holds_for_one_term_of_the_reader()
    {
        _states.BeginTerm(1);
        Remember();
        _states.BeginTerm(1);
        var app = Observed();
        app.FirstUnreadBlock.ShouldBe(41ul);
        app.NewestInput.ShouldBe(Newest);
        app.State.IsReplaced.ShouldBeTrue();
        app.State.ReadFromNewest().ShouldBeFalse();
        app.IsKnownFaulty.ShouldBeTrue();
        app.State.Executed.ShouldBe(2ul);

        _states.BeginTerm(2);
        ShouldBeForgotten();
    }

    [Fact]
    public void What_is_remembered_is_forgotten_with_the_lease()
    {
        _states.BeginTerm(1);
        Remember();
        _states.Forget();
        _states.All.ShouldBeEmpty();
        _states.BeginTerm(1);
        ShouldBeForgotten();
    }

    [Fact]
    public void An_application_that_is_no_longer_observed_is_forgotten_and_the_others_are_not()
    {
        _states.BeginTerm(1);
        Remember();
        var other = Row with { Id = 2 };
        var kept = _states.Assign([Row, other])[1].State;
        _states.Assign([other])[0].State.ShouldBeSameAs(kept);
        _states.All.ShouldHaveSingleItem().ShouldBeSameAs(kept);
        ShouldBeForgotten();
    }

    [Fact]
    public void An_input_that_is_no_longer_the_newest_is_not_used()
    {
        var app = Observed();
        app.State.NewestInput = Newest with { Index = 2 };
        app.NewestInput.ShouldBeNull();
    }

    [Fact]
    public void A_backlog_ends_at_the_head_or_starts_again_at_the_cursor()
    {
        var app = Observed();
        app.State.ReadFromNewest().ShouldBeTrue();
        app.State.CompleteStep(40, head: 50);
        (app.FirstUnreadBlock, app.State.ReadsFromNewest).ShouldBe((41ul, true));
        app.State.CompleteStep(50, head: 50);
        (app.FirstUnreadBlock, app.State.ReadsFromNewest).ShouldBe((11ul, false));
        app.State.CompleteStep(40, head: 50);
        app.State.Restart();
        app.FirstUnreadBlock.ShouldBe(11ul);
    }

    private ObservedApplication Observed() => _states.Assign([Row with { Facts = new(4, null, null) }])[0];

    private void Remember()
    {
        var app = Observed();
        app.State.CompleteStep(40, head: 50);
        app.State.NewestInput = Newest;
        app.State.IsReplaced = true;
        app.State.ReadFromNewest().ShouldBeTrue();
        app.State.FaultyAt = 4;
        app.State.Executed = 2;
    }

    private void ShouldBeForgotten()
    {
        var app = Observed();
        app.FirstUnreadBlock.ShouldBe(11ul);
        app.NewestInput.ShouldBeNull();
        app.State.IsReplaced.ShouldBeFalse();
        app.State.ReadsFromNewest.ShouldBeFalse();
        app.IsKnownFaulty.ShouldBeFalse();
        app.State.Executed.ShouldBeNull();
    }
}
