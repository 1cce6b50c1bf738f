namespace Rollups.Domain.Tests.Epochs;

public sealed class EpochFormationTests
{
    private const ulong Length = 10;

    [Theory]
    [InlineData(0, 10, 0, 0, 9)]
    [InlineData(9, 10, 0, 0, 9)]
    [InlineData(10, 10, 1, 10, 19)]
    [InlineData(20, 10, 2, 20, 29)]
    [InlineData(7, 1, 7, 7, 7)]
    [InlineData(5, long.MaxValue, 0, 0, long.MaxValue - 1)]
    public void A_block_belongs_to_the_epoch_of_its_absolute_number(ulong block, ulong length, ulong index, ulong first, ulong last)
    {
        EpochFormation.IndexOf(block, length).ShouldBe(index);
        EpochFormation.FirstBlockOf(index, length).ShouldBe(first);
        EpochFormation.LastBlockOf(index, length).ShouldBe(last);
    }

    [Fact]
    public void Inputs_over_three_epochs_with_the_head_on_the_last_block_close_all_three() =>
        Form(null, 29, (0, 5), (1, 12), (2, 20))
            .ShouldBe([New(0, 0, 1, closed: true), New(1, 1, 2, closed: true, first: 1), New(2, 2, 3, closed: true, first: 2)]);

    [Fact]
    public void Inputs_over_three_epochs_with_the_head_one_block_before_leave_the_third_open() =>
        Form(null, 28, (0, 5), (1, 12), (2, 20))
            .ShouldBe([New(0, 0, 1, closed: true), New(1, 1, 2, closed: true, first: 1), New(2, 2, 3, closed: false, first: 2)]);

    [Fact]
    public void Without_inputs_no_epoch_is_made() => Form(null, 1000).ShouldBeEmpty();

    [Fact]
    public void An_open_epoch_is_left_alone_before_its_end() => Form(Open(3, 4, 6), 38).ShouldBeEmpty();

    [Fact]
    public void Epoch_closes_when_the_observed_block_reaches_its_last_block()
    {
        var closed = Form(Open(3, 4, 6), 39).ShouldHaveSingleItem();
        closed.IsClosed.ShouldBeTrue();
        closed.IsNew.ShouldBeFalse();
        closed.InputCount.ShouldBe(0);
        (closed.InputIndexLowerBound, closed.InputIndexUpperBound).ShouldBe((4ul, 6ul));
    }

    [Theory]
    [InlineData(EpochStatus.Closed)]
    [InlineData(EpochStatus.InputsProcessed)]
    [InlineData(EpochStatus.ClaimAccepted)]
    public void An_input_for_an_epoch_that_is_not_open_is_a_fault_and_nothing_is_formed(EpochStatus status)
    {
        var formed = EpochFormation.Form(Length, new KnownEpoch(3, 30, 39, 4, 6, status), [new(6, 39), new(7, 41)], 45);
        formed.Epochs.ShouldBeEmpty();
        formed.Fault.ShouldBe("input 6 of block 39 belongs to epoch 3, which is no longer open");
    }

    [Fact]
    public void An_input_for_an_earlier_epoch_is_a_fault()
    {
        var formed = EpochFormation.Form(Length, Open(3, 4, 6), [new(6, 29)], 35);
        formed.Epochs.ShouldBeEmpty();
        formed.Fault.ShouldBe("input 6 of block 29 belongs to epoch 2, but epoch 3 has already begun");
    }

    [Fact]
    public void Several_inputs_share_an_epoch() => Form(null, 8, (0, 3), (1, 3), (2, 7)).ShouldBe([New(0, 0, 3, closed: false, count: 3)]);

    [Fact]
    public void An_open_epoch_takes_more_inputs()
    {
        var continued = Form(Open(3, 4, 6), 37, (6, 36), (7, 37)).ShouldHaveSingleItem();
        continued.IsNew.ShouldBeFalse();
        continued.IsClosed.ShouldBeFalse();
        (continued.InputIndexLowerBound, continued.InputIndexUpperBound, continued.FirstInput, continued.InputCount).ShouldBe(
            (4ul, 8ul, 0, 2)
        );
    }

    [Fact]
    public void An_input_of_the_next_epoch_closes_the_open_one()
    {
        var formed = Form(Open(3, 4, 6), 42, (6, 41));
        formed.Count.ShouldBe(2);
        (formed[0].Index, formed[0].IsNew, formed[0].IsClosed, formed[0].InputIndexUpperBound, formed[0].InputCount).ShouldBe(
            (3ul, false, true, 6ul, 0)
        );
        formed[1].ShouldBe(New(4, 6, 7, closed: false));
    }

    [Fact]
    public void Inputs_on_the_last_and_on_the_first_block_go_to_neighbouring_epochs() =>
        Form(null, 12, (0, 9), (1, 10)).ShouldBe([New(0, 0, 1, closed: true), New(1, 1, 2, closed: false, first: 1)]);

    [Fact]
    public void A_skipped_epoch_gets_no_row() => Form(null, 55, (0, 3), (1, 52)).Select(epoch => epoch.Index).ShouldBe([0ul, 5ul]);

    [Fact]
    public void A_closed_epoch_is_untouched_when_an_input_of_the_next_follows() =>
        Form(new KnownEpoch(3, 30, 39, 4, 6, EpochStatus.Closed), 41, (6, 40)).ShouldBe([New(4, 6, 7, closed: false)]);

    private static KnownEpoch Open(ulong index, ulong lower, ulong upper) =>
        new(index, EpochFormation.FirstBlockOf(index, Length), EpochFormation.LastBlockOf(index, Length), lower, upper, EpochStatus.Open);

    private static FormedEpoch New(ulong index, ulong lower, ulong upper, bool closed, int first = 0, int count = 1) =>
        new(index, index * Length, (index * Length) + Length - 1, lower, upper, IsNew: true, closed, first, count);

    private static IReadOnlyList<FormedEpoch> Form(KnownEpoch? current, ulong scanEnd, params (ulong Index, ulong Block)[] inputs)
    {
        var formed = EpochFormation.Form(
            Length,
            current,
            [.. inputs.Select(input => new InputPosition(input.Index, input.Block))],
            scanEnd
        );
        formed.Fault.ShouldBeNull();
        return formed.Epochs;
    }
}
