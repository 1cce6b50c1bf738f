using CsCheck;

namespace Rollups.Domain.Tests.Epochs;

public sealed class EpochFormationProperties
{
    private static readonly Gen<ulong> Lengths = Gen.OneOf(Gen.ULong[1, 40], Gen.ULong[1, long.MaxValue]);

    /// <summary>Blocks of a run of inputs: never decreasing, several in one block, sometimes far apart.</summary>
    private static readonly Gen<(ulong Length, InputPosition[] Inputs, ulong[] Cuts)> Histories =
        from length in Gen.ULong[1, 40]
        from steps in Gen.Frequency((6, Gen.ULong[0, 3]), (1, Gen.ULong[0, 200])).Array[0, 60]
        from cuts in Gen.ULong[0, 30].Array[0, 12]
        select (length, Positions(steps), cuts);

    [Fact]
    public void Each_block_is_in_exactly_one_epoch_and_adjacent_blocks_in_the_same_or_in_neighbours() =>
        Gen.Select(Gen.ULong[0, long.MaxValue], Lengths)
            .Sample(
                (block, length) =>
                {
                    var index = EpochFormation.IndexOf(block, length);
                    EpochFormation.FirstBlockOf(index, length).ShouldBeLessThanOrEqualTo(block);
                    EpochFormation.LastBlockOf(index, length).ShouldBeGreaterThanOrEqualTo(block);
                    (EpochFormation.IndexOf(block + 1, length) - index).ShouldBeLessThanOrEqualTo(1ul);
                    (EpochFormation.LastBlockOf(index, length) + 1).ShouldBe(EpochFormation.FirstBlockOf(index + 1, length));
                }
            );

    [Fact]
    public void Every_input_is_in_one_epoch_and_epochs_never_overlap() =>
        Histories.Sample(history =>
        {
            var scanEnd = history.Inputs.Length == 0 ? 5 : history.Inputs[^1].BlockNumber;
            var formed = EpochFormation.Form(history.Length, null, history.Inputs, scanEnd);
            formed.Fault.ShouldBeNull();
            var next = 0ul;
            ulong? last = null;
            foreach (var epoch in formed.Epochs)
            {
                epoch.InputIndexLowerBound.ShouldBe(next);
                epoch.InputCount.ShouldBe((int)(epoch.InputIndexUpperBound - epoch.InputIndexLowerBound));
                (last is null || epoch.FirstBlock > last).ShouldBeTrue();
                history
                    .Inputs.Skip(epoch.FirstInput)
                    .Take(epoch.InputCount)
                    .ShouldAllBe(input => input.BlockNumber >= epoch.FirstBlock && input.BlockNumber <= epoch.LastBlock);
                (next, last) = (epoch.InputIndexUpperBound, epoch.LastBlock);
            }

            next.ShouldBe((ulong)history.Inputs.Length);
            formed.Epochs.SkipLast(1).ShouldAllBe(epoch => epoch.IsClosed);
        });

    [Fact]
    public void The_epochs_do_not_depend_on_how_the_scan_was_cut_into_pieces() =>
        Histories.Sample(history =>
        {
            var end = (history.Inputs.Length == 0 ? 0 : history.Inputs[^1].BlockNumber) + 7;
            var whole = Store([], history.Length, history.Inputs, end);
            var pieces = new List<KnownEpoch>();
            var position = 0ul;
            foreach (var cut in history.Cuts)
            {
                var to = Math.Min(end, position + cut);
                pieces = Store(
                    pieces,
                    history.Length,
                    [
                        .. history.Inputs.Where(input =>
                            (input.BlockNumber > position || position == 0) && input.BlockNumber <= to && input.Index >= Count(pieces)
                        ),
                    ],
                    to
                );
                position = to;
            }

            Store(pieces, history.Length, [.. history.Inputs.Where(input => input.Index >= Count(pieces))], end).ShouldBe(whole);
        });

    private static ulong Count(List<KnownEpoch> epochs) => epochs.Count == 0 ? 0 : epochs[^1].InputIndexUpperBound;

    private static List<KnownEpoch> Store(List<KnownEpoch> epochs, ulong length, IReadOnlyList<InputPosition> inputs, ulong scanEnd)
    {
        var formed = EpochFormation.Form(length, epochs.LastOrDefault(), inputs, scanEnd);
        formed.Fault.ShouldBeNull();
        var stored = epochs.ToList();
        foreach (var epoch in formed.Epochs)
        {
            stored.RemoveAll(known => known.Index == epoch.Index);
            stored.Add(
                new KnownEpoch(
                    epoch.Index,
                    epoch.FirstBlock,
                    epoch.LastBlock,
                    epoch.InputIndexLowerBound,
                    epoch.InputIndexUpperBound,
                    epoch.IsClosed ? EpochStatus.Closed : EpochStatus.Open
                )
            );
        }

        return stored;
    }

    private static InputPosition[] Positions(ulong[] steps)
    {
        var block = 1ul;
        return [.. steps.Select((step, i) => new InputPosition((ulong)i, block += step))];
    }
}
